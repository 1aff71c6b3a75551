#include "apiserver/objects/codec/quantity.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <iterator>
#include <limits>

#include "base/text/ascii.hpp"

namespace kaudit::apiserver::objects {
namespace {

enum class Form : std::uint8_t { Binary, Decimal, Exponent };

struct Suffix {
  std::string_view text;
  int exponent;
};
constexpr Suffix kBinary[] = {{"", 0},    {"Ki", 10}, {"Mi", 20}, {"Gi", 30},
                              {"Ti", 40}, {"Pi", 50}, {"Ei", 60}};
constexpr Suffix kDecimal[] = {{"n", -9}, {"u", -6}, {"m", -3}, {"", 0},   {"k", 3},
                               {"M", 6},  {"G", 9},  {"T", 12}, {"P", 15}, {"E", 18}};
constexpr int kNanos = 9;

tl::unexpected<Error> wrong_format() {
  return fail(
      "quantities must match the regular expression "
      "'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
}

// The text taken apart: sign, digits before and after the point, unit.
struct Parts {
  bool negative = false;
  std::string digits;        // without leading zeros before the point, at least one
  std::size_t fraction = 0;  // how many of them come after the point
  Form form = Form::Decimal;
  std::int64_t exponent = 0;  // of 2 or 10
};

std::size_t digits_from(std::string_view text, std::size_t at) {
  while (at < text.size() && is_digit(text[at])) ++at;
  return at;
}

bool looks_like_suffix(std::string_view text) {
  std::size_t at = std::min(text.find_first_not_of("eEinumkKMGTP"), text.size());
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
  return digits_from(text, at) == text.size();
}

bool read_unit(std::string_view unit, Parts& parts) {
  const auto is_unit = [&](const Suffix& suffix) { return suffix.text == unit; };
  if (const auto* found = std::find_if(std::begin(kBinary) + 1, std::end(kBinary), is_unit);
      found != std::end(kBinary)) {
    parts.form = Form::Binary;
    parts.exponent = found->exponent;
    return true;
  }
  if (const auto* found = std::find_if(std::begin(kDecimal), std::end(kDecimal), is_unit);
      found != std::end(kDecimal)) {
    parts.exponent = found->exponent;
    return true;
  }
  if (unit.size() < 2 || (unit.front() != 'e' && unit.front() != 'E')) return false;
  unit.remove_prefix(unit[1] == '+' ? 2 : 1);
  std::int64_t exponent = 0;
  const auto [end, error] = std::from_chars(unit.data(), unit.data() + unit.size(), exponent);
  if (error != std::errc() || end != unit.data() + unit.size()) return false;
  parts.form = Form::Exponent;
  parts.exponent = static_cast<std::int32_t>(exponent);  // Go cuts it, too
  return true;
}

Result<Parts> take_apart(std::string_view text) {
  Parts parts;
  if (text.empty()) return wrong_format();
  parts.negative = text.front() == '-';
  std::size_t at = text.front() == '-' || text.front() == '+' ? 1 : 0;
  while (at < text.size() && text[at] == '0') ++at;
  std::string_view unit;
  if (at < text.size()) {
    const std::size_t point = digits_from(text, at);
    parts.digits = text.substr(at, point - at);
    if (parts.digits.empty()) parts.digits = "0";
    std::size_t end = point;
    if (end < text.size() && text[end] == '.') {
      end = digits_from(text, end + 1);
      parts.fraction = end - point - 1;
      parts.digits += text.substr(point + 1, parts.fraction);
    }
    unit = text.substr(end);
    if (!looks_like_suffix(unit)) return wrong_format();
  } else {
    parts.digits = "0";
  }
  if (!read_unit(unit, parts)) return fail("unable to parse quantity's suffix");
  return parts;
}

std::int64_t small_number(std::string_view digits) {
  std::int64_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

// Whether Go reads the text on its fast path, which keeps the text for writing.
bool is_kept(const Parts& parts) {
  if (parts.form == Form::Binary) {
    const auto size = static_cast<std::int64_t>(parts.digits.size());
    if (parts.fraction != 0 || 15 - size - parts.exponent * 3 / 10 - 1 < 0) return false;
    const std::int64_t number = small_number(parts.digits);
    if (number > (std::numeric_limits<std::int64_t>::max() >> parts.exponent)) return false;
    return (number & 7) != 0;
  }
  const std::int64_t scale = parts.exponent - static_cast<std::int64_t>(parts.fraction);
  return parts.digits.size() <= 18 && scale >= -kNanos && scale % 3 == 0 &&
         !parts.digits.ends_with("000") && parts.digits.front() != '0';
}

void add_one(std::string& digits) {
  std::size_t at = digits.size();
  while (at > 0 && digits[at - 1] == '9') digits[--at] = '0';
  if (at == 0) {
    digits.insert(0, "1");
  } else {
    ++digits[at - 1];
  }
}

void multiply(std::string& digits, unsigned factor) {
  unsigned carry = 0;
  for (std::size_t at = digits.size(); at > 0; --at) {
    const unsigned value = static_cast<unsigned>(digits[at - 1] - '0') * factor + carry;
    digits[at - 1] = static_cast<char>('0' + value % 10);
    carry = value / 10;
  }
  if (carry != 0) digits.insert(0, std::to_string(carry));
}

// `digits` / 1024, if that is a whole number.
bool divide_by_1024(std::string& digits) {
  std::string quotient;
  unsigned rest = 0;
  for (const char c : digits) {
    rest = rest * 10 + static_cast<unsigned>(c - '0');
    quotient += static_cast<char>('0' + rest / 1024);
    rest %= 1024;
  }
  if (rest != 0) return false;
  digits = quotient.substr(std::min(quotient.find_first_not_of('0'), quotient.size() - 1));
  return true;
}

// Decimal digits times a power of ten, without zeros at either end; no digits: zero.
struct Amount {
  std::string digits;
  std::int64_t exponent = 0;

  void trim() {
    digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
    while (!digits.empty() && digits.back() == '0') {
      digits.pop_back();
      ++exponent;
    }
  }
};

// What is smaller than a nano is rounded away from zero.
void round_up_to_nanos(Amount& amount) {
  if (amount.digits.empty() || amount.exponent >= -kNanos) return;
  const auto excess = static_cast<std::uint64_t>(-kNanos - amount.exponent);
  amount.exponent = -kNanos;
  if (excess >= amount.digits.size()) {
    amount.digits = "1";
  } else {
    amount.digits.resize(amount.digits.size() - excess);
    add_one(amount.digits);
  }
  amount.trim();
}

// A whole number below 2^63, as such.
std::int64_t whole_number(const Amount& amount) {
  return small_number(amount.digits + std::string(static_cast<std::size_t>(amount.exponent), '0'));
}

bool exceeds_int64(const Amount& amount) {
  static constexpr std::string_view kMax = "9223372036854775807";
  const auto whole_digits = static_cast<std::int64_t>(amount.digits.size()) + amount.exponent;
  if (whole_digits != static_cast<std::int64_t>(kMax.size())) {
    return whole_digits > static_cast<std::int64_t>(kMax.size());
  }
  return std::string_view(amount.digits) > kMax;  // both have their point at the same place
}

std::string binary_text(std::string digits) {
  std::size_t unit = 0;
  while (unit + 1 < std::size(kBinary) && divide_by_1024(digits)) ++unit;
  return digits + std::string(kBinary[unit].text);
}

std::string decimal_text(const Amount& amount, Form form) {
  // The largest multiple of three that leaves whole digits.
  std::int64_t exponent = amount.exponent - ((amount.exponent % 3) + 3) % 3;
  if (form == Form::Decimal) exponent = std::min<std::int64_t>(exponent, 18);
  const std::string digits =
      amount.digits + std::string(static_cast<std::size_t>(amount.exponent - exponent), '0');
  if (form == Form::Exponent) {
    return exponent == 0 ? digits : digits + "e" + std::to_string(exponent);
  }
  return digits + std::string(kDecimal[(exponent + kNanos) / 3].text);
}

// Whether it is a small whole number, with or without a unit, that is canonical beyond doubt: what
// most are.
bool is_plain(std::string_view text) noexcept {
  constexpr std::size_t kFewDigits = 5;  // with Gi they are far from all limits
  std::uint32_t number = 0;
  std::size_t size = 0;
  for (; size < text.size() && text[size] >= '0' && text[size] <= '9'; ++size) {
    if (size == kFewDigits) return false;
    number = number * 10 + static_cast<std::uint32_t>(text[size] - '0');
  }
  if (size == 0 || text.front() == '0') return false;
  const std::string_view unit = text.substr(size);
  if (unit.empty() || (unit.size() == 1 && unit[0] == 'm')) return number % 1000 != 0;
  const bool binary =
      unit.size() == 2 && unit[1] == 'i' && (unit[0] == 'K' || unit[0] == 'M' || unit[0] == 'G');
  // One that has no eighth and one below the next unit: the one is kept, the other made again.
  return binary && ((number & 7) != 0 || number < 1024);
}

}  // namespace

bool is_plainly_canonical(std::string_view text) noexcept { return text == "0" || is_plain(text); }

Result<std::string> canonical_quantity(std::string_view text) {
  if (is_plainly_canonical(text)) return std::string(text);
  auto parts = take_apart(text);
  if (!parts) return tl::unexpected(parts.error());
  if (is_kept(*parts)) return std::string(text);

  Amount amount{std::move(parts->digits), -static_cast<std::int64_t>(parts->fraction)};
  if (parts->form == Form::Binary) {
    for (std::int64_t bits = 0; bits < parts->exponent; bits += 10) multiply(amount.digits, 1024);
  } else {
    amount.exponent += parts->exponent;
  }
  amount.trim();
  round_up_to_nanos(amount);
  if (amount.digits.empty()) return std::string("0");
  const std::string sign = parts->negative ? "-" : "";
  if (parts->form == Form::Binary) {
    if (exceeds_int64(amount)) amount = {"9223372036854775807", 0};
    if (amount.exponent >= 0 && whole_number(amount) >= 1024) {
      return sign + binary_text(std::to_string(whole_number(amount)));
    }
    return sign + decimal_text(amount, Form::Decimal);
  }
  return sign + decimal_text(amount, parts->form);
}

}  // namespace kaudit::apiserver::objects
