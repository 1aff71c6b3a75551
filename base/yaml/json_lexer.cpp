#include "base/yaml/json_lexer.hpp"

#include "base/text/quote.hpp"
#include "base/text/unicode.hpp"
#include "base/yaml/input_encoding.hpp"

namespace kaudit::yaml {
namespace {

constexpr std::string_view kEscapeLetters = "\"\\/bfnrt";
constexpr std::string_view kEscaped = "\"\\/\b\f\n\r\t";
constexpr std::string_view kHexDigits = "0123456789abcdef";

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

/// As encoding/json prints an offending byte, which it takes for a code point.
std::string quoted_byte(char c) {
  if (c == '\'') return R"('\'')";
  if (c == '"') return R"('"')";
  std::string text;
  append_utf8(text, static_cast<unsigned char>(c));
  const std::string in_quotes = go_quoted(text);
  return "'" + in_quotes.substr(1, in_quotes.size() - 2) + "'";
}

}  // namespace

Position JsonLexer::position() const noexcept {
  return {line_, static_cast<int>(offset_ - line_start_) + 1};
}

void JsonLexer::skip_white_space() {
  for (; !at_end(); skip()) {
    const char c = peek();
    if (c == '\n') {
      ++line_;
      line_start_ = offset_ + 1;
    } else if (c != ' ' && c != '\t' && c != '\r') {
      return;
    }
  }
}

bool JsonLexer::refuse_with(std::string message) {
  error_ = {std::move(message), position()};
  return false;
}

bool JsonLexer::refuse(std::string_view context) {
  if (at_end()) return refuse_with("unexpected end of JSON input");
  return refuse_with("invalid character " + quoted_byte(peek()) + " " + std::string(context));
}

bool JsonLexer::literal(std::string_view word) {
  for (std::size_t i = 0; i < word.size(); ++i, skip()) {
    if (at_end() || peek() != word[i]) {
      return refuse("in literal " + std::string(word) + " (expecting '" + word[i] + "')");
    }
  }
  return true;
}

bool JsonLexer::digits() {
  if (at_end() || !is_digit(peek())) return false;
  while (!at_end() && is_digit(peek())) skip();
  return true;
}

bool JsonLexer::number(std::string& out) {
  const std::size_t start = offset_;
  if (peek() == '-') skip();
  if (!at_end() && peek() == '0') {
    skip();
  } else if (!digits()) {
    return refuse("in numeric literal");
  }
  if (!at_end() && peek() == '.') {
    skip();
    if (!digits()) return refuse("after decimal point in numeric literal");
  }
  if (!at_end() && (peek() == 'e' || peek() == 'E')) {
    skip();
    if (!at_end() && (peek() == '+' || peek() == '-')) skip();
    if (!digits()) return refuse("in exponent of numeric literal");
  }
  out = text_.substr(start, offset_ - start);
  return true;
}

bool JsonLexer::hex4(char32_t& c) {
  c = 0;
  for (int i = 0; i < 4; ++i, skip()) {
    const auto digit =
        at_end() ? kHexDigits.npos : kHexDigits.find(static_cast<char>(peek() | 0x20));
    if (digit == kHexDigits.npos) return refuse("in \\u hexadecimal character escape");
    c = (c << 4U) | static_cast<char32_t>(digit);
  }
  return true;
}

/// What follows a backslash.
bool JsonLexer::escape(std::string& out) {
  if (at_end()) return refuse("in string escape code");
  if (const auto known = kEscapeLetters.find(peek()); known != kEscapeLetters.npos) {
    out += kEscaped[known];
    skip();
    return true;
  }
  if (peek() != 'u') return refuse("in string escape code");
  skip();
  char32_t c = 0;
  if (!hex4(c)) return false;
  const bool is_high = c >= 0xD800 && c < 0xDC00;
  if (is_high && text_.substr(offset_).starts_with("\\u")) {
    const std::size_t before = offset_;
    char32_t low = 0;
    offset_ += 2;
    if (!hex4(low)) return false;
    if (low >= 0xDC00 && low < 0xE000) {
      append_utf8(out, 0x10000 + ((c & 0x3FFU) << 10U) + (low & 0x3FFU));
      return true;
    }
    offset_ = before;
  }
  append_utf8(out, c >= 0xD800 && c < 0xE000 ? kReplacement : c);
  return true;
}

bool JsonLexer::string(std::string& out) {
  out.clear();
  skip();
  while (!at_end()) {
    const char c = peek();
    if (c == '"') {
      skip();
      return true;
    }
    if (c == '\\') {
      skip();
      if (!escape(out)) return false;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      return refuse("in string literal");
    } else {
      const CodePoint decoded = decode_utf8(text_.substr(offset_));
      append_utf8(out, decoded.value);
      offset_ += decoded.width;
    }
  }
  return refuse("in string literal");
}

}  // namespace kaudit::yaml
