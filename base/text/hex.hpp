#pragma once

#include <string>
#include <string_view>

#include "base/text/ascii.hpp"

namespace kaudit {

inline constexpr std::string_view kLowerHex = "0123456789abcdef";
inline constexpr std::string_view kUpperHex = "0123456789ABCDEF";

/// The value of a hexadecimal digit of either case; -1 for every other character.
constexpr int hex_value(char c) noexcept {
  if (is_digit(c)) return c - '0';
  const char letter = to_lower(c);
  return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

constexpr bool is_hex_digit(char c) noexcept { return hex_value(c) >= 0; }

/// Appends a byte as two of the digits.
inline void append_hex(std::string& out, char c, std::string_view digits = kLowerHex) {
  const auto byte = static_cast<unsigned char>(c);
  out += digits[byte >> 4U];
  out += digits[byte & 0xFU];
}

}  // namespace kaudit
