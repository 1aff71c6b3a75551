#include "base/json/json_fault.hpp"

#include <array>

#include "base/text/hex.hpp"
#include "base/text/quote.hpp"
#include "base/text/unicode.hpp"

namespace kaudit {
namespace {

struct Words {
  std::string_view at_byte;
  std::string_view at_end;
  std::string_view go;
};

Words words_of(JsonFlaw flaw) noexcept {
  switch (flaw) {
    case JsonFlaw::Value:
      return {"no value begins so", "a value is missing", "looking for beginning of value"};
    case JsonFlaw::Name:
      return {"expected a member's name in quotes", "expected a member's name in quotes",
              "looking for beginning of object key string"};
    case JsonFlaw::Colon:
      return {"expected ':' after a member's name", "expected ':' after a member's name",
              "after object key"};
    case JsonFlaw::MemberEnd:
      return {"expected ',' or '}' after a member", "an object is not closed",
              "after object key:value pair"};
    case JsonFlaw::ElementEnd:
      return {"expected ',' or ']' after an element", "an array is not closed",
              "after array element"};
    case JsonFlaw::String:
      return {"a control character in a string must be escaped", "a string is not closed",
              "in string literal"};
    case JsonFlaw::Escape:
      return {"no such escape in a string", "a string is not closed", "in string escape code"};
    case JsonFlaw::HexDigit:
      return {"\\u needs four hexadecimal digits", "\\u needs four hexadecimal digits",
              "in \\u hexadecimal character escape"};
    case JsonFlaw::Integer:
      return {"expected a digit after '-'", "expected a digit after '-'", "in numeric literal"};
    case JsonFlaw::Fraction:
      return {"expected a digit after '.'", "expected a digit after '.'",
              "after decimal point in numeric literal"};
    case JsonFlaw::Exponent:
      return {"expected a digit in the exponent", "expected a digit in the exponent",
              "in exponent of numeric literal"};
    case JsonFlaw::Word:
      return {"expected true, false or null", "expected true, false or null", "in literal"};
    case JsonFlaw::Trailing:
      return {"nothing may follow the value", "", "after top-level value"};
    case JsonFlaw::Depth:
      return {"nested more than 10,000 deep", "", "exceeded max depth"};
  }
  return {};
}

/// As encoding/json prints a byte, which it takes for a code point.
std::string go_quoted_byte(char c) {
  if (c == '\'') return R"('\'')";
  if (c == '"') return R"('"')";
  std::string text;
  append_utf8(text, static_cast<unsigned char>(c));
  std::string quoted = go_quoted(text);
  quoted.front() = quoted.back() = '\'';
  return quoted;
}

std::string shown_byte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  if (byte > ' ' && byte < 0x7f) return {'\'', c, '\''};
  std::string shown = "byte 0x";
  append_hex(shown, c);
  return shown;
}

}  // namespace

std::string describe(const JsonFault& fault, std::string_view text) {
  const bool at_end = fault.offset == text.size();
  const Words words = words_of(fault.flaw);
  std::string message = "unexpected ";
  message += at_end ? "end of JSON" : shown_byte(text[fault.offset]);
  message.append(" at offset ").append(std::to_string(fault.offset)).append(": ");
  return message.append(at_end ? words.at_end : words.at_byte);
}

std::string describe_as_go(const JsonFault& fault, std::string_view text) {
  const std::string_view go = words_of(fault.flaw).go;
  if (fault.flaw == JsonFlaw::Depth) return std::string(go);
  if (fault.offset == text.size()) return "unexpected end of JSON input";
  std::string message = "invalid character " + go_quoted_byte(text[fault.offset]) + " ";
  message += go;
  if (fault.flaw == JsonFlaw::Word) {
    message.append(" ").append(fault.word).append(" (expecting '");
    message.append(1, fault.expected).append("')");
  }
  return message;
}

}  // namespace kaudit
