#include "base/flags/flag_values.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <optional>

#include "base/text/float_text.hpp"
#include "base/text/hex.hpp"
#include "base/text/quote.hpp"

namespace kaudit {
namespace {

constexpr std::string_view kInvalidSyntax = "invalid syntax";
constexpr std::string_view kOutOfRange = "value out of range";

tl::unexpected<Error> number_error(std::string_view function, std::string_view text,
                                   std::string_view problem) {
  return fail("strconv." + std::string(function) + ": parsing " + go_quoted(text) + ": " +
              std::string(problem));
}

std::string_view without_sign(std::string_view text) noexcept {
  if (!text.empty() && (text.front() == '+' || text.front() == '-')) text.remove_prefix(1);
  return text;
}

/// Whether each underscore is between digits, or between a base prefix and a digit. (strconv
/// underscoreOK)
bool underscores_are_placed_well(std::string_view text) {
  text = without_sign(text);
  char previous = '^';  // what came before: '0' a digit, '_' an underscore, else anything
  bool hexadecimal = false;
  if (text.size() >= 2 && text[0] == '0') {
    const char base = to_lower(text[1]);
    if (base == 'b' || base == 'o' || base == 'x') {
      hexadecimal = base == 'x';
      previous = '0';
      text.remove_prefix(2);
    }
  }
  for (const char c : text) {
    if (is_digit(c) || (hexadecimal && is_hex_digit(c))) {
      previous = '0';
    } else if (c == '_') {
      if (previous != '0') return false;
      previous = '_';
    } else {
      if (previous == '_') return false;
      previous = '!';
    }
  }
  return previous != '_';
}

/// Removes a base prefix (`0x`, `0b`, `0o`, `0`) and says which base it named.
int take_base(std::string_view& digits) noexcept {
  if (digits.empty() || digits[0] != '0') return 10;
  const char prefix = digits.size() >= 3 ? to_lower(digits[1]) : '\0';
  const int base = prefix == 'x' ? 16 : prefix == 'b' ? 2 : prefix == 'o' ? 8 : 0;
  digits.remove_prefix(base == 0 ? 1 : 2);
  return base == 0 ? 8 : base;
}

int digit_value(char c) noexcept {
  if (is_digit(c)) return c - '0';
  const char letter = to_lower(c);
  return is_lower(letter) ? letter - 'a' + 10 : std::numeric_limits<int>::max();
}

using DigitTest = bool (*)(char) noexcept;

std::size_t skip_digits(std::string_view text, std::size_t at, DigitTest is_one) {
  while (at < text.size() && (is_one(text[at]) || text[at] == '_')) ++at;
  return at;
}

bool has_digit(std::string_view text, DigitTest is_one) {
  return std::any_of(text.begin(), text.end(), is_one);
}

/// Whether `text` is a floating-point literal of Go without its sign: digits with an optional point
/// and exponent; a hexadecimal one must have a binary exponent.
bool is_float_literal(std::string_view text) {
  const bool hexadecimal = text.size() > 2 && text[0] == '0' && to_lower(text[1]) == 'x';
  if (hexadecimal) text.remove_prefix(2);
  const DigitTest is_one = hexadecimal ? is_hex_digit : is_digit;

  std::size_t at = skip_digits(text, 0, is_one);
  if (at < text.size() && text[at] == '.') at = skip_digits(text, at + 1, is_one);
  if (!has_digit(text.substr(0, at), is_one)) return false;

  if (at == text.size()) return !hexadecimal;
  if (to_lower(text[at]) != (hexadecimal ? 'p' : 'e')) return false;
  const std::string_view exponent = without_sign(text.substr(at + 1));
  return !exponent.empty() && is_digit(exponent.front()) &&
         skip_digits(exponent, 0, is_digit) == exponent.size();
}

/// `inf`, `infinity` (signed or not) and `nan` (not signed), in any case.
std::optional<float> special_float(std::string_view text) {
  std::string word(without_sign(text));
  std::transform(word.begin(), word.end(), word.begin(), to_lower);
  if (word == "inf" || word == "infinity") {
    const float infinity = std::numeric_limits<float>::infinity();
    return text.front() == '-' ? -infinity : infinity;
  }
  if (word == "nan" && word.size() == text.size()) return std::numeric_limits<float>::quiet_NaN();
  return std::nullopt;
}

}  // namespace

Result<std::int64_t> parse_integer(std::string_view text) {
  constexpr std::string_view kFunction = "ParseInt";
  const bool negative = !text.empty() && text.front() == '-';
  std::string_view digits = without_sign(text);
  if (digits.empty()) return number_error(kFunction, text, kInvalidSyntax);
  const int base = take_base(digits);

  // Collected as a negative number, whose range is the larger one.
  std::int64_t value = 0;
  for (const char c : digits) {
    if (c == '_') continue;
    const int digit = digit_value(c);
    if (digit >= base) return number_error(kFunction, text, kInvalidSyntax);
    if (__builtin_mul_overflow(value, base, &value) ||
        __builtin_sub_overflow(value, digit, &value)) {
      return number_error(kFunction, text, kOutOfRange);
    }
  }
  if (text.find('_') != std::string_view::npos && !underscores_are_placed_well(text)) {
    return number_error(kFunction, text, kInvalidSyntax);
  }
  if (negative) return value;
  if (value == std::numeric_limits<std::int64_t>::min()) {
    return number_error(kFunction, text, kOutOfRange);
  }
  return -value;
}

Result<bool> parse_bool(std::string_view text) {
  constexpr std::array<std::string_view, 6> kTrue = {"1", "t", "T", "TRUE", "true", "True"};
  constexpr std::array<std::string_view, 6> kFalse = {"0", "f", "F", "FALSE", "false", "False"};
  if (std::find(kTrue.begin(), kTrue.end(), text) != kTrue.end()) return true;
  if (std::find(kFalse.begin(), kFalse.end(), text) != kFalse.end()) return false;
  return number_error("ParseBool", text, kInvalidSyntax);
}

Result<float> parse_float(std::string_view text) {
  constexpr std::string_view kFunction = "ParseFloat";
  if (const auto special = special_float(text)) return *special;
  if (!is_float_literal(without_sign(text)) || !underscores_are_placed_well(text)) {
    return number_error(kFunction, text, kInvalidSyntax);
  }
  std::string digits(text);
  std::erase(digits, '_');
  const float value = std::strtof(digits.c_str(), nullptr);
  if (std::isinf(value)) return number_error(kFunction, text, kOutOfRange);
  return value;
}

std::string float_text(float value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-Inf" : "+Inf";
  return general_text(value);
}

}  // namespace kaudit
