#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace kaudit {

/// What stands in for text that is not UTF-8.
inline constexpr char32_t kReplacement = 0xFFFD;

/// One code point read from UTF-8. (Go's utf8.DecodeRune)
struct Rune {
  char32_t code_point = kReplacement;
  std::uint8_t size = 1;  ///< bytes it takes; a bad byte takes one
  bool valid = false;
};

/// Reads the code point at the start of `text`, which must not be empty. Overlong forms, surrogates
/// and code points above U+10FFFF are not UTF-8: their bytes are bad one by one.
Rune decode_rune(std::string_view text) noexcept;

/// Whether all of the text is UTF-8. (Go's utf8.ValidString)
bool is_utf8(std::string_view text) noexcept;

/// The first byte that is not UTF-8, or the text's size.
std::size_t find_malformed(std::string_view text) noexcept;

/// The text with each byte that is not UTF-8 made U+FFFD, as Go's JSON reads strings.
std::string valid_utf8(std::string_view text);

/// Appends the code point as UTF-8; a surrogate or one above U+10FFFF as U+FFFD.
void append_utf8(std::string& out, char32_t code_point);

/// Whether Go's %q shows the code point as it is (strconv.IsPrint).
bool is_printable(char32_t code_point) noexcept;

}  // namespace kaudit
