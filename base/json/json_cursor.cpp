#include "base/json/json_cursor.hpp"

#include "base/json/json_string.hpp"
#include "base/json/json_walk.hpp"

namespace kaudit {

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
  if (at_ >= text_.size()) not_compact_json();
  return text_[at_];
}

void JsonCursor::expect(char c) {
  if (peek() != c) not_compact_json();
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
  if (c != ',' && c != '}' && c != ']') not_compact_json();
  return c == ',';
}

std::string_view JsonCursor::key() {
  const std::string_view raw = raw_string();
  expect(':');
  if (is_plain_json_string(raw)) return raw;
  key_.clear();
  decode_json_string(key_, raw);
  return key_;
}

std::string JsonCursor::string() {
  std::string out;
  const std::string_view raw = raw_string();
  out.reserve(raw.size());
  decode_json_string(out, raw);
  return out;
}

std::string_view JsonCursor::raw_string() {
  const std::string_view quoted = pass(pass_json_string);
  return quoted.substr(1, quoted.size() - 2);
}

std::string_view JsonCursor::skip() { return pass(pass_json_value); }

std::string_view JsonCursor::pass(const char* (*to_end)(const char*, const char*)) {
  const std::size_t begin = at_;
  const char* const after = to_end(text_.data() + begin, text_.data() + text_.size());
  at_ = static_cast<std::size_t>(after - text_.data());
  return text_.substr(begin, at_ - begin);
}

}  // namespace kaudit
