#include "base/yaml/number.hpp"

#include <charconv>
#include <cmath>
#include <cstdlib>

#include "base/text/ascii.hpp"
#include "base/text/float_text.hpp"

namespace kaudit::yaml {
namespace {

constexpr std::uint64_t kMinMagnitude = std::uint64_t{1} << 63U;

/// Takes the digits at the front of `text` away and says how many there were.
std::size_t skip_digits(std::string_view& text) noexcept {
  std::size_t count = 0;
  while (count < text.size() && is_digit(text[count])) ++count;
  text.remove_prefix(count);
  return count;
}

bool skip(std::string_view& text, std::string_view any_of) noexcept {
  if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

bool is_decimal_float(std::string_view text) noexcept {
  skip(text, "+-");
  const std::size_t before = skip_digits(text);
  const std::size_t after = skip(text, ".") ? skip_digits(text) : 0;
  if (before + after == 0) return false;
  if (skip(text, "eE")) {
    skip(text, "+-");
    if (skip_digits(text) == 0) return false;
  }
  return text.empty();
}

struct Base {
  int base;
  std::size_t prefix;
};

Base base_of(std::string_view digits) noexcept {
  if (digits.size() < 2 || digits[0] != '0') return {10, 0};
  switch (digits[1]) {
    case 'x':
    case 'X':
      return {16, 2};
    case 'o':
    case 'O':
      return {8, 2};
    case 'b':
    case 'B':
      return {2, 2};
    default:
      return {8, 1};
  }
}

}  // namespace

std::optional<Integer> parse_integer(std::string_view text) noexcept {
  Integer value;
  const bool is_signed = !text.empty() && (text.front() == '-' || text.front() == '+');
  if (is_signed) {
    value.negative = text.front() == '-';
    text.remove_prefix(1);
  }
  const Base base = base_of(text);
  text.remove_prefix(base.prefix);
  if (base.base == 2 && !is_signed && !text.empty() &&
      (text.front() == '-' || text.front() == '+')) {
    value.negative = text.front() == '-';  // go-yaml reads 0b-1 as -1
    text.remove_prefix(1);
  }
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, value.magnitude, base.base);
  if (parsed.ec != std::errc{} || parsed.ptr != end) return std::nullopt;
  // Only ParseInt takes a sign, and it stops at int64.
  if (is_signed && value.magnitude > (value.negative ? kMinMagnitude : kMinMagnitude - 1)) {
    return std::nullopt;
  }
  return value;
}

std::string to_text(const Integer& value) {
  return (value.negative && value.magnitude != 0 ? "-" : "") + std::to_string(value.magnitude);
}

std::optional<double> parse_float(std::string_view text) {
  if (!is_decimal_float(text)) return std::nullopt;
  // strtod and not from_chars, which cannot tell an underflow (fine: 0) from an overflow (refused).
  const double value = std::strtod(std::string(text).c_str(), nullptr);
  if (std::isinf(value)) return std::nullopt;
  return value;
}

std::string float_key_text(double value) {
  const auto narrow = static_cast<float>(value);
  if (std::isinf(narrow)) return narrow > 0 ? ".inf" : "-.inf";
  return general_text(narrow);
}

bool looks_like_timestamp(std::string_view text) noexcept {
  if (skip_digits(text) != 4) return false;
  const auto short_number = [&text] {
    const std::size_t digits = skip_digits(text);
    return digits == 1 || digits == 2;
  };
  if (!skip(text, "-") || !short_number() || !skip(text, "-") || !short_number()) return false;
  if (text.empty()) return true;
  const bool has_zone = text.front() == 'T' || text.front() == 't';
  if (!skip(text, "Tt ") || !short_number() || !skip(text, ":") || !short_number() ||
      !skip(text, ":") || !short_number()) {
    return false;
  }
  if (skip(text, ".") && skip_digits(text) == 0) return false;
  if (!has_zone || skip(text, "Zz")) return text.empty();
  return skip(text, "+-") && skip_digits(text) == 2 && skip(text, ":") && skip_digits(text) == 2 &&
         text.empty();
}

}  // namespace kaudit::yaml
