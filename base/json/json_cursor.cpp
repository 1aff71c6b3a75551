#include "base/json/json_cursor.hpp"

#include <algorithm>
#include <stdexcept>

#include "base/text/byte_scan.hpp"
#include "base/text/unicode.hpp"

namespace kaudit {
namespace {

[[noreturn]] void broken() {
  throw std::logic_error("JSON that was promised to be valid and compact is not");
}

/// How many bytes at the start of a string's inside stand for themselves: ASCII, and no escape.
std::size_t plain_prefix(std::string_view raw) noexcept {
  std::size_t plain = 0;
  while (raw.size() - plain >= byte_scan::kWord) {
    const std::uint64_t marks = byte_scan::mark_special(byte_scan::load(raw.data() + plain));
    plain += byte_scan::unmarked(marks);
    if (marks != 0) break;
  }
  const auto is_plain = [](char c) { return c != '\\' && static_cast<unsigned char>(c) < 0x80; };
  while (plain < raw.size() && is_plain(raw[plain])) ++plain;
  return plain;
}

/// What may follow a number or a word.
bool ends_scalar(char c) noexcept { return c == ',' || c == '}' || c == ']'; }

unsigned hex_value(char c) noexcept {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  return static_cast<unsigned>((c | 0x20) - 'a') + 10;
}

/// The code unit of `\uXXXX` at the start of `text`, or nothing that is a surrogate when there is
/// no such escape.
char32_t code_unit(std::string_view text) noexcept {
  if (text.size() < 6 || text[0] != '\\' || text[1] != 'u') return 0;
  char32_t unit = 0;
  for (std::size_t i = 2; i < 6; ++i) unit = unit << 4U | hex_value(text[i]);
  return unit;
}

constexpr bool is_high_surrogate(char32_t unit) noexcept { return unit >= 0xD800 && unit < 0xDC00; }
constexpr bool is_low_surrogate(char32_t unit) noexcept { return unit >= 0xDC00 && unit < 0xE000; }

/// Decodes the escape at the start of `raw` and returns its length.
std::size_t decode_escape(std::string& out, std::string_view raw) {
  if (raw.size() < 2) broken();
  switch (raw[1]) {
    case 'b':
      out += '\b';
      return 2;
    case 'f':
      out += '\f';
      return 2;
    case 'n':
      out += '\n';
      return 2;
    case 'r':
      out += '\r';
      return 2;
    case 't':
      out += '\t';
      return 2;
    case 'u': {
      const char32_t unit = code_unit(raw);
      const char32_t second = is_high_surrogate(unit) ? code_unit(raw.substr(6)) : 0;
      if (is_low_surrogate(second)) {
        append_utf8(out, 0x10000 + ((unit - 0xD800) << 10U) + (second - 0xDC00));
        return 12;
      }
      append_utf8(out, unit);
      return 6;
    }
    default:  // a quote, a slash or a backslash stands for itself
      out += raw[1];
      return 2;
  }
}

/// Appends what is between a string's quotes as UTF-8.
void decode_string(std::string& out, std::string_view raw) {
  while (!raw.empty()) {
    const std::size_t plain = plain_prefix(raw);
    out.append(raw.substr(0, plain));
    raw.remove_prefix(plain);
    if (raw.empty()) return;
    if (raw.front() == '\\') {
      raw.remove_prefix(std::min(decode_escape(out, raw), raw.size()));
    } else {
      const Rune rune = decode_rune(raw);
      append_utf8(out, rune.code_point);
      raw.remove_prefix(rune.size);
    }
  }
}

}  // namespace

std::string_view to_string(JsonCursor::Kind kind) noexcept {
  switch (kind) {
    case JsonCursor::Kind::Object:
      return "an object";
    case JsonCursor::Kind::Array:
      return "an array";
    case JsonCursor::Kind::String:
      return "a string";
    case JsonCursor::Kind::Number:
      return "a number";
    case JsonCursor::Kind::Boolean:
      return "a boolean";
    case JsonCursor::Kind::Null:
      return "null";
  }
  return "";
}

char JsonCursor::peek() const {
  if (at_ >= text_.size()) broken();
  return text_[at_];
}

void JsonCursor::expect(char c) {
  if (peek() != c) broken();
  ++at_;
}

JsonCursor::Kind JsonCursor::kind() const {
  switch (peek()) {
    case '{':
      return Kind::Object;
    case '[':
      return Kind::Array;
    case '"':
      return Kind::String;
    case 't':
    case 'f':
      return Kind::Boolean;
    case 'n':
      return Kind::Null;
    default:
      return Kind::Number;
  }
}

bool JsonCursor::enter() {
  const char close = peek() == '{' ? '}' : ']';
  ++at_;
  if (peek() != close) return true;
  ++at_;
  return false;
}

bool JsonCursor::next() {
  const char c = peek();
  ++at_;
  if (c != ',' && c != '}' && c != ']') broken();
  return c == ',';
}

std::string_view JsonCursor::key() {
  const std::string_view raw = raw_string();
  expect(':');
  if (plain_prefix(raw) == raw.size()) return raw;
  key_.clear();
  decode_string(key_, raw);
  return key_;
}

std::string JsonCursor::string() {
  std::string out;
  const std::string_view raw = raw_string();
  out.reserve(raw.size());
  decode_string(out, raw);
  return out;
}

std::string_view JsonCursor::raw_string() {
  expect('"');
  const char* const begin = text_.data() + at_;
  const char* const end = text_.data() + text_.size();
  const char* at = begin;
  for (;;) {
    while (static_cast<std::size_t>(end - at) >= byte_scan::kWord) {
      const std::uint64_t marks = byte_scan::mark_quote_or_backslash(byte_scan::load(at));
      at += byte_scan::unmarked(marks);
      if (marks != 0) break;
    }
    while (at < end && *at != '"' && *at != '\\') ++at;
    if (at >= end) broken();
    if (*at == '"') break;
    if (end - at < 2) broken();
    at += 2;
  }
  at_ = static_cast<std::size_t>(at + 1 - text_.data());
  return {begin, static_cast<std::size_t>(at - begin)};
}

std::string_view JsonCursor::skip() {
  const std::size_t begin = at_;
  std::size_t depth = 0;
  do {
    switch (peek()) {
      case '{':
      case '[':
        ++depth;
        ++at_;
        break;
      case '}':
      case ']':
        if (depth == 0) broken();
        --depth;
        ++at_;
        break;
      case '"':
        raw_string();
        break;
      case ',':
      case ':':
        if (depth == 0) broken();
        ++at_;
        break;
      default:
        do ++at_;
        while (at_ < text_.size() && !ends_scalar(text_[at_]));
    }
  } while (depth > 0);
  return text_.substr(begin, at_ - begin);
}

}  // namespace kaudit
