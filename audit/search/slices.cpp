#include "audit/search/slices.hpp"

#include "audit/search/value_end.hpp"
#include "base/json/json_scanner.hpp"
#include "base/json/json_string.hpp"

namespace kaudit::audit::search {
namespace {

const char* pass_space(const char* at, const char* end) noexcept {
  while (at != end && is_json_space(*at)) ++at;
  return at;
}

std::string_view between(const char* from, const char* to) noexcept {
  return {from, static_cast<std::size_t>(to - from)};
}

/// The state of both walks: after the opening bracket, or at the end when there is none.
const char* begin_walk(std::string_view slice, char bracket) noexcept {
  if (slice.empty() || slice.front() != bracket) return slice.data() + slice.size();
  return slice.data() + 1;
}

/// Takes JSON without the white space between its tokens.
struct CompactWriter : JsonHandler {
  explicit CompactWriter(std::string& text, const char* from) : out(text), at(from) {}
  void space(const char* from, const char* to) {
    out.append(at, from);
    at = to;
  }
  std::string& out;
  const char* at;
};

}  // namespace

std::string_view first_value(std::string_view text) noexcept {
  const char* const end = text.data() + text.size();
  const char* const at = pass_space(text.data(), end);
  const char* const after = pass_value(at, end);
  return after == nullptr ? std::string_view() : between(at, after);
}

MemberWalk::MemberWalk(std::string_view object) noexcept
    : at_(begin_walk(object, '{')), end_(object.data() + object.size()) {}

bool MemberWalk::next() noexcept {
  at_ = pass_space(at_, end_);
  if (at_ == end_) return false;
  if (*at_ == '}') {
    complete_ = true;
    return false;
  }
  if (!first_) {
    if (*at_ != ',') return false;
    at_ = pass_space(at_ + 1, end_);
  }
  first_ = false;
  if (at_ == end_ || *at_ != '"') return false;
  const char* const name = at_ + 1;
  const char* const after_name = pass_string(name, end_);
  if (after_name == nullptr) return false;
  name_ = between(name, after_name - 1);
  at_ = pass_space(after_name, end_);
  if (at_ == end_ || *at_ != ':') return false;
  at_ = pass_space(at_ + 1, end_);
  const char* const after = pass_value(at_, end_);
  if (after == nullptr) {
    at_ = end_;
    return false;
  }
  value_ = between(at_, after);
  at_ = after;
  return true;
}

ElementWalk::ElementWalk(std::string_view array) noexcept
    : at_(begin_walk(array, '[')), end_(array.data() + array.size()) {}

bool ElementWalk::next() noexcept {
  at_ = pass_space(at_, end_);
  if (at_ == end_ || *at_ == ']') return false;
  if (!first_) {
    if (*at_ != ',') return false;
    at_ = pass_space(at_ + 1, end_);
  }
  first_ = false;
  const char* const after = pass_value(at_, end_);
  if (after == nullptr) {
    at_ = end_;
    return false;
  }
  value_ = between(at_, after);
  at_ = after;
  return true;
}

bool is_name(std::string_view raw, std::string_view text) {
  if (raw == text) return true;
  // Most names differ in their first byte, which stands for itself unless it begins an escape.
  if (!raw.empty() && !text.empty() && raw[0] != text[0] && raw[0] != '\\' &&
      static_cast<unsigned char>(raw[0]) < 0x80) {
    return false;
  }
  if (raw.find('\\') == std::string_view::npos) return false;
  std::string decoded;
  decode_json_string(decoded, raw);
  return decoded == text;
}

std::string_view member_of(std::string_view object, std::string_view name) {
  MemberWalk walk(object);
  while (walk.next()) {
    if (is_name(walk.name(), name)) return walk.value();
  }
  return {};
}

std::string_view element_of(std::string_view array, std::size_t index) noexcept {
  ElementWalk walk(array);
  for (std::size_t i = 0; walk.next(); ++i) {
    if (i == index) return walk.value();
  }
  return {};
}

void append_text(std::string& out, std::string_view slice) {
  if (is_string(slice)) {
    if (slice.size() >= 2) decode_json_string(out, slice.substr(1, slice.size() - 2));
    return;
  }
  CompactWriter writer(out, slice.data());
  JsonScanner<CompactWriter> scanner(slice, writer);
  scanner.run();
  out.append(writer.at, slice.data() + slice.size());
}

std::string text_of(std::string_view slice) {
  std::string text;
  append_text(text, slice);
  return text;
}

bool is_valid_json(std::string_view text) noexcept {
  JsonHandler nothing;
  return JsonScanner<JsonHandler>(text, nothing).run();
}

}  // namespace kaudit::audit::search
