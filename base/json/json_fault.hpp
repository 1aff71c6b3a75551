#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace kaudit {

/// What does not fit where a text stops being JSON: the next byte, or that there is none.
enum class JsonFlaw : std::uint8_t {
  Value,
  Name,
  Colon,
  MemberEnd,
  ElementEnd,
  String,
  Escape,
  HexDigit,
  Integer,
  Fraction,
  Exponent,
  Word,
  Trailing,
  Depth,
};

/// Why and where a text is not JSON that Kubernetes would read.
struct JsonFault {
  JsonFlaw flaw;
  std::size_t offset;  ///< of the byte that does not fit; the text's size when it ends early
  std::string_view word = {};  ///< for JsonFlaw::Word, the one that was begun: `true`
  char expected = 0;           ///< for JsonFlaw::Word, the letter of it that should have come
};

/// What is wrong and at which offset: `unexpected ']' at offset 3: no value begins so`.
std::string describe(const JsonFault& fault, std::string_view text);

/// The same in encoding/json's words, which Kubernetes' answers quote.
std::string describe_as_go(const JsonFault& fault, std::string_view text);

}  // namespace kaudit
