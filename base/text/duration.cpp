#include "base/text/duration.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <optional>

#include "base/text/ascii.hpp"
#include "base/text/quote.hpp"

namespace kaudit {
namespace {

constexpr std::uint64_t kNanosecond = 1;
constexpr std::uint64_t kMicrosecond = 1000 * kNanosecond;
constexpr std::uint64_t kMillisecond = 1000 * kMicrosecond;
constexpr std::uint64_t kSecond = 1000 * kMillisecond;
constexpr std::uint64_t kMinute = 60 * kSecond;
constexpr std::uint64_t kHour = 60 * kMinute;

/// The magnitude of the smallest duration; one more than that of the largest.
constexpr std::uint64_t kMaxMagnitude = std::uint64_t{1} << 63U;

struct Unit {
  std::string_view name;
  std::uint64_t nanoseconds;
};

// Both letters that look like a micro sign are read: U+00B5 and U+03BC. The first is written.
constexpr std::array<Unit, 8> kUnits{{{"ns", kNanosecond},
                                      {"us", kMicrosecond},
                                      {"\u00b5s", kMicrosecond},
                                      {"\u03bcs", kMicrosecond},
                                      {"ms", kMillisecond},
                                      {"s", kSecond},
                                      {"m", kMinute},
                                      {"h", kHour}}};

tl::unexpected<Error> refuse(std::string_view why, std::string_view text) {
  return fail("time: " + std::string(why) + " " + time_quoted(text));
}

/// A number before its unit: whole + fraction / scale.
struct Number {
  std::uint64_t whole = 0;
  std::uint64_t fraction = 0;
  double scale = 1;
};

/// Takes digits off the front; false when they pass the magnitude of any duration.
bool take_whole(std::string_view& rest, std::uint64_t& value) noexcept {
  while (!rest.empty() && is_digit(rest.front())) {
    if (value > kMaxMagnitude / 10) {
      return false;
    }
    value = value * 10 + static_cast<std::uint64_t>(rest.front() - '0');
    if (value > kMaxMagnitude) {
      return false;
    }
    rest.remove_prefix(1);
  }
  return true;
}

/// Takes the digits after the point; those beyond 63 bits are below a nanosecond and are ignored.
void take_fraction(std::string_view& rest, Number& number) noexcept {
  bool full = false;
  for (; !rest.empty() && is_digit(rest.front()); rest.remove_prefix(1)) {
    if (full || number.fraction > (kMaxMagnitude - 1) / 10) {
      full = true;
      continue;
    }
    const auto next = number.fraction * 10 + static_cast<std::uint64_t>(rest.front() - '0');
    if (next > kMaxMagnitude) {
      full = true;
      continue;
    }
    number.fraction = next;
    number.scale *= 10;
  }
}

/// Nullopt: there is no digit, or too many.
std::optional<Number> take_number(std::string_view& rest) noexcept {
  Number number;
  const auto before = rest.size();
  if (!take_whole(rest, number.whole)) {
    return std::nullopt;
  }
  bool has_digits = rest.size() != before;
  if (!rest.empty() && rest.front() == '.') {
    rest.remove_prefix(1);
    const auto after_point = rest.size();
    take_fraction(rest, number);
    has_digits = has_digits || rest.size() != after_point;
  }
  return has_digits ? std::optional(number) : std::nullopt;
}

std::string_view take_unit(std::string_view& rest) noexcept {
  std::size_t length = 0;
  while (length < rest.size() && rest[length] != '.' && !is_digit(rest[length])) {
    ++length;
  }
  const auto unit = rest.substr(0, length);
  rest.remove_prefix(length);
  return unit;
}

const Unit* find_unit(std::string_view name) noexcept {
  for (const auto& unit : kUnits) {
    if (unit.name == name) {
      return &unit;
    }
  }
  return nullptr;
}

/// Nullopt: beyond the magnitude of any duration.
std::optional<std::uint64_t> in_nanoseconds(const Number& number, const Unit& unit) noexcept {
  if (number.whole > kMaxMagnitude / unit.nanoseconds) {
    return std::nullopt;
  }
  auto value = number.whole * unit.nanoseconds;
  if (number.fraction > 0) {
    // In this order: the quotient is exact where the product would not be.
    value += static_cast<std::uint64_t>(static_cast<double>(number.fraction) *
                                        (static_cast<double>(unit.nanoseconds) / number.scale));
  }
  return value > kMaxMagnitude ? std::nullopt : std::optional(value);
}

/// Appends value / 10^digits as a decimal without trailing zeros.
void append_decimal(std::string& out, std::uint64_t value, int digits) {
  std::string fraction;
  for (; digits > 0; --digits, value /= 10) {
    const char digit = static_cast<char>('0' + value % 10);
    if (!fraction.empty() || digit != '0') {
      fraction.insert(fraction.begin(), digit);
    }
  }
  out += std::to_string(value);
  if (!fraction.empty()) {
    out += '.';
    out += fraction;
  }
}

void append_below_a_second(std::string& out, std::uint64_t magnitude) {
  if (magnitude < kMicrosecond) {
    out += std::to_string(magnitude) + "ns";
  } else if (magnitude < kMillisecond) {
    append_decimal(out, magnitude, 3);
    out += "\u00b5s";
  } else {
    append_decimal(out, magnitude, 6);
    out += "ms";
  }
}

}  // namespace

Result<std::chrono::nanoseconds> parse_duration(std::string_view text) {
  auto rest = text;
  const bool negative = rest.starts_with('-');
  if (negative || rest.starts_with('+')) {
    rest.remove_prefix(1);
  }
  if (rest == "0") {
    return std::chrono::nanoseconds{0};
  }
  if (rest.empty()) {
    return refuse("invalid duration", text);
  }
  std::uint64_t sum = 0;
  while (!rest.empty()) {
    const auto number = take_number(rest);
    if (!number) {
      return refuse("invalid duration", text);
    }
    const auto name = take_unit(rest);
    if (name.empty()) {
      return refuse("missing unit in duration", text);
    }
    const auto* unit = find_unit(name);
    if (unit == nullptr) {
      return refuse("unknown unit " + time_quoted(name) + " in duration", text);
    }
    const auto value = in_nanoseconds(*number, *unit);
    if (!value || *value > kMaxMagnitude - sum) {
      return refuse("invalid duration", text);
    }
    sum += *value;
  }
  if (negative) {
    return std::chrono::nanoseconds{static_cast<std::int64_t>(0 - sum)};
  }
  if (sum == kMaxMagnitude) {
    return refuse("invalid duration", text);
  }
  return std::chrono::nanoseconds{static_cast<std::int64_t>(sum)};
}

std::string duration_text(std::chrono::nanoseconds duration) {
  const auto count = duration.count();
  if (count == 0) {
    return "0s";
  }
  std::string out;
  auto magnitude = static_cast<std::uint64_t>(count);
  if (count < 0) {
    out += '-';
    magnitude = 0 - magnitude;
  }
  if (magnitude < kSecond) {
    append_below_a_second(out, magnitude);
    return out;
  }
  if (magnitude >= kHour) {
    out += std::to_string(magnitude / kHour) + "h";
  }
  if (magnitude >= kMinute) {
    out += std::to_string(magnitude % kHour / kMinute) + "m";
  }
  append_decimal(out, magnitude % kMinute, 9);
  return out + 's';
}

}  // namespace kaudit
