#include "audit/reader/json_extent.hpp"

#include "base/text/ascii.hpp"
#include "base/text/byte_scan.hpp"

namespace kaudit::audit::reader {
namespace {

bool is_scalar(char c) noexcept { return is_alphanumeric(c) || c == '-' || c == '+' || c == '.'; }

}  // namespace

void JsonExtent::value_is_over() {
  expect_ = Expect::CommaOrEnd;
  complete_ = open_.empty();
}

/// Passes the rest of a string. False: the text ends before it.
bool JsonExtent::string(std::string_view text) {
  const char* at = text.data() + at_;
  const char* const end = text.data() + text.size();
  for (;;) {
    if (escaped_ && at != end) {
      escaped_ = false;
      broken_ = static_cast<unsigned char>(*at) < 0x20;
      if (broken_) break;
      ++at;
    }
    at = byte_scan::skip_plain(at, end);
    if (at == end) break;
    const char c = *at;
    if (c == '"') {
      ++at;
      in_string_ = false;
      if (is_name_) {
        expect_ = Expect::Colon;
      } else {
        value_is_over();
      }
      break;
    }
    if (static_cast<unsigned char>(c) < 0x20) {
      broken_ = true;
      break;
    }
    escaped_ = c == '\\';
    ++at;
  }
  at_ = static_cast<std::size_t>(at - text.data());
  return !in_string_ && !broken_;
}

/// One byte that is neither in a string nor of a scalar. False: it does not belong there.
bool JsonExtent::punctuation(char c) {
  const bool value = expect_ == Expect::Value || expect_ == Expect::ValueOrEnd;
  switch (c) {
    case '"':
      if (!value && expect_ != Expect::Name && expect_ != Expect::NameOrEnd) return false;
      in_string_ = true;
      is_name_ = !value;
      return true;
    case '{':
    case '[':
      if (!value || open_.full()) return false;
      open_.push(c);
      expect_ = c == '{' ? Expect::NameOrEnd : Expect::ValueOrEnd;
      return true;
    case '}':
    case ']': {
      const bool object = c == '}';
      const Expect empty = object ? Expect::NameOrEnd : Expect::ValueOrEnd;
      if (open_.empty() || open_.top_is_object() != object) return false;
      if (expect_ != Expect::CommaOrEnd && expect_ != empty) return false;
      open_.pop();
      value_is_over();
      return true;
    }
    case ',':
      if (expect_ != Expect::CommaOrEnd) return false;
      expect_ = open_.top_is_object() ? Expect::Name : Expect::Value;
      return true;
    case ':':
      if (expect_ != Expect::Colon) return false;
      expect_ = Expect::Value;
      return true;
    default:
      return c == ' ' || c == '\n' || c == '\t' || c == '\r';
  }
}

Extent JsonExtent::scan(std::string_view text) {
  while (!complete_ && !broken_ && at_ < text.size()) {
    if (in_string_) {
      if (!string(text)) break;
      continue;
    }
    const char c = text[at_];
    if (is_scalar(c)) {
      if (!in_scalar_ && expect_ != Expect::Value && expect_ != Expect::ValueOrEnd) {
        broken_ = true;
        break;
      }
      in_scalar_ = true;
      ++at_;
      continue;
    }
    if (in_scalar_) {
      in_scalar_ = false;
      value_is_over();
      if (complete_) break;
    }
    if (!punctuation(c)) {
      broken_ = true;
      break;
    }
    ++at_;
  }
  if (broken_) return Extent::Broken;
  return complete_ ? Extent::Complete : Extent::Incomplete;
}

}  // namespace kaudit::audit::reader
