#pragma once

namespace kaudit::audit::search {

// Where values of JSON text end, found without reading them: strings 16 bytes at a time, objects
// and arrays 64. What is within is not validated.

constexpr bool is_json_space(char c) noexcept {
  return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

/// From the byte after a string's opening quote to the one after the closing; null without one.
const char* pass_string(const char* at, const char* end) noexcept;

/// From a value's first byte to the one after its last; null when it does not end.
const char* pass_value(const char* at, const char* end) noexcept;

}  // namespace kaudit::audit::search
