#pragma once

namespace kaudit {

/// What may stand between tokens.
constexpr bool is_json_space(char c) noexcept {
  return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

// Ways through JSON that is valid and compact (compact_json()), for readers that hold a pointer
// into it. Neither reads beyond `end`; on text that is not what it should be they throw
// std::logic_error.

/// From the quote that opens a string to the byte after the one that closes it.
const char* pass_json_string(const char* at, const char* end);

/// From the first byte of a value to the byte after its last, whatever the nesting.
const char* pass_json_value(const char* at, const char* end);

/// Throws what these throw.
[[noreturn]] void not_compact_json();

}  // namespace kaudit
