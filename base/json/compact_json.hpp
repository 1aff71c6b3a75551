#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace kaudit {

/// How deep objects and arrays may be nested, the outermost counted. (encoding/json's limit)
inline constexpr std::size_t kMaxJsonDepth = 10'000;

/// Why a text is not JSON that Kubernetes would read.
struct JsonFault {
  enum class Kind : std::uint8_t { Syntax, Depth };
  Kind kind;
  std::string message;  ///< says what and at which offset
};

/// Validates one JSON value and gives it without the white space between its tokens, with `<`, `>`,
/// `&`, U+2028 and U+2029 escaped and everything else as it came, in one pass and without
/// recursion. Accepts and refuses what encoding/json does: strings are checked for control
/// characters and for the form of their escapes, but neither for UTF-8 nor for the pairing of
/// surrogates. (encoding/json Compact with EscapeHTML)
tl::expected<std::string, JsonFault> compact_json(std::string_view text);

}  // namespace kaudit
