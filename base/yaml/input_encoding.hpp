#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace kaudit::yaml {

/// One code point at the front of `bytes`, which is not empty. `error` is null when it is
/// well-formed; else it says, in libyaml's words, what is wrong.
struct CodePoint {
  char32_t value = 0;
  std::size_t width = 1;  ///< bytes; 1 when malformed
  const char* error = nullptr;
};
CodePoint decode_utf8(std::string_view bytes) noexcept;

}  // namespace kaudit::yaml
