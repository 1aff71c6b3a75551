#pragma once

#include <string_view>

#include "base/json/bracket_stack.hpp"
#include "base/json/json_fault.hpp"
#include "base/json/json_walk.hpp"
#include "base/text/ascii.hpp"
#include "base/text/byte_scan.hpp"
#include "base/text/hex.hpp"

namespace kaudit {

/// What a scan meets, in the order of the text. All views are into the text. A handler derives from
/// this and hides what it wants to know.
struct JsonHandler {
  /// Whether the name or string that comes is what it stands for: ASCII without escapes, and none
  /// of what unsafe() is for.
  bool plain = false;

  void open(const char* /*bracket*/) {}     ///< at a `{` or `[`
  void close() {}                           ///< the innermost object or array is complete
  void name(std::string_view /*raw*/) {}    ///< of a member, as it stands between its quotes
  void string(std::string_view /*raw*/) {}  ///< as it stands between its quotes
  void number(std::string_view /*text*/) {}
  void word(std::string_view /*text*/) {}  ///< `true`, `false` or `null`
  /// White space between tokens.
  void space(const char* /*from*/, const char* /*to*/) {}
  /// Within a string: a character that is valid there and that Go's encoder would escape for HTML
  /// or JavaScript (`<`, `>`, `&`, U+2028, U+2029).
  void unsafe(const char* /*from*/, const char* /*to*/) {}
};

/// The grammar of JSON: validates one value, and nothing after it, in one pass without recursion.
/// Accepts and refuses what encoding/json does: strings are checked for control characters and for
/// the form of their escapes, but neither for UTF-8 nor for the pairing of surrogates.
template <typename Handler>
class JsonScanner {
 public:
  JsonScanner(std::string_view text, Handler& handler) noexcept
      : begin_(text.data()), at_(begin_), end_(begin_ + text.size()), handler_(handler) {}

  /// False: fault() says where it ended. What the handler was given up to there was right.
  bool run() { return values() && end_of_text(); }
  /// The same of a value that more may follow. Gives the byte after it, or null.
  const char* pass_value() { return values() ? at_ : nullptr; }
  const JsonFault& fault() const noexcept { return fault_; }

 private:
  bool values();
  bool open();
  bool close_all();
  bool name();
  bool string();
  bool special();
  bool escape();
  bool number();
  bool digits(JsonFlaw flaw);
  bool word(std::string_view expected);
  bool end_of_text();

  std::string_view from(const char* begin, std::size_t less = 0) const noexcept {
    return {begin, static_cast<std::size_t>(at_ - begin) - less};
  }
  void skip_space() {
    if (at_ == end_ || !is_json_space(*at_)) return;
    const char* const from = at_;
    while (at_ != end_ && is_json_space(*at_)) ++at_;
    handler_.space(from, at_);
  }
  bool fail(JsonFlaw flaw) {
    fault_.flaw = flaw;
    fault_.offset = static_cast<std::size_t>(at_ - begin_);
    return false;
  }

  const char* begin_;
  const char* at_;
  const char* end_;
  Handler& handler_;
  BracketStack open_;
  JsonFault fault_{};
};

/// Values and what stands between them, until the outermost is complete.
template <typename Handler>
bool JsonScanner<Handler>::values() {
  for (;;) {
    skip_space();
    if (at_ == end_) return fail(JsonFlaw::Value);
    switch (*at_) {
      case '{':
      case '[': {
        const bool object = *at_ == '{';
        if (!open()) return false;
        skip_space();
        if (at_ != end_ && *at_ == (object ? '}' : ']')) break;
        if (object && !name()) return false;
        continue;
      }
      case '"': {
        const char* const raw = at_ + 1;
        if (!string()) return false;
        handler_.string(from(raw, 1));
        break;
      }
      case 't':
        if (!word("true")) return false;
        break;
      case 'f':
        if (!word("false")) return false;
        break;
      case 'n':
        if (!word("null")) return false;
        break;
      default:
        if (!number()) return false;
    }
    if (!close_all()) return false;
    if (open_.empty()) return true;
  }
}

template <typename Handler>
bool JsonScanner<Handler>::open() {
  if (open_.full()) return fail(JsonFlaw::Depth);
  open_.push(*at_);
  handler_.open(at_);
  ++at_;
  return true;
}

/// After a value: the brackets that close here, then a comma (and in an object the next name) or
/// the end of all.
template <typename Handler>
bool JsonScanner<Handler>::close_all() {
  while (!open_.empty()) {
    const bool object = open_.top_is_object();
    skip_space();
    if (at_ != end_ && *at_ == ',') {
      ++at_;
      if (!object) return true;
      skip_space();
      return name();
    }
    if (at_ == end_ || *at_ != (object ? '}' : ']')) {
      return fail(object ? JsonFlaw::MemberEnd : JsonFlaw::ElementEnd);
    }
    ++at_;
    open_.pop();
    handler_.close();
  }
  return true;
}

template <typename Handler>
bool JsonScanner<Handler>::name() {
  if (at_ == end_ || *at_ != '"') return fail(JsonFlaw::Name);
  const char* const raw = at_ + 1;
  if (!string()) return false;
  handler_.name(from(raw, 1));
  skip_space();
  if (at_ == end_ || *at_ != ':') return fail(JsonFlaw::Colon);
  ++at_;
  return true;
}

template <typename Handler>
bool JsonScanner<Handler>::string() {
  ++at_;
  for (bool plain = true;; plain = false) {
    at_ = byte_scan::skip_plain(at_, end_);
    if (at_ == end_) return fail(JsonFlaw::String);
    if (*at_ == '"') [[likely]] {
      handler_.plain = plain;
      ++at_;
      return true;
    }
    if (!special()) return false;
  }
}

/// Passes what is neither plain nor the closing quote.
template <typename Handler>
bool JsonScanner<Handler>::special() {
  const char c = *at_;
  if (c == '\\') return escape();
  if (c == '<' || c == '>' || c == '&') {
    handler_.unsafe(at_, at_ + 1);
    ++at_;
    return true;
  }
  if (static_cast<unsigned char>(c) < 0x20) return fail(JsonFlaw::String);
  // Not ASCII, and likely not alone. U+2028 and U+2029 are E2 80 A8 and E2 80 A9.
  for (; at_ != end_ && static_cast<unsigned char>(*at_) >= 0x80; ++at_) {
    if (*at_ == '\xE2' && end_ - at_ >= 3 && at_[1] == '\x80' &&
        (at_[2] == '\xA8' || at_[2] == '\xA9')) {
      handler_.unsafe(at_, at_ + 3);
      at_ += 2;
    }
  }
  return true;
}

template <typename Handler>
bool JsonScanner<Handler>::escape() {
  constexpr std::string_view kLetters = "\"\\/bfnrt";
  ++at_;
  if (at_ == end_) return fail(JsonFlaw::Escape);
  if (*at_ != 'u') {
    if (kLetters.find(*at_) == std::string_view::npos) return fail(JsonFlaw::Escape);
    ++at_;
    return true;
  }
  ++at_;
  for (int digit = 0; digit < 4; ++digit, ++at_) {
    if (at_ == end_ || !is_hex_digit(*at_)) return fail(JsonFlaw::HexDigit);
  }
  return true;
}

template <typename Handler>
bool JsonScanner<Handler>::number() {
  const char* const begin = at_;
  const bool negative = *at_ == '-';
  if (negative) ++at_;
  if (at_ != end_ && *at_ == '0') {
    ++at_;
  } else if (!digits(negative ? JsonFlaw::Integer : JsonFlaw::Value)) {
    return false;
  }
  if (at_ != end_ && *at_ == '.') {
    ++at_;
    if (!digits(JsonFlaw::Fraction)) return false;
  }
  if (at_ != end_ && (*at_ == 'e' || *at_ == 'E')) {
    ++at_;
    if (at_ != end_ && (*at_ == '+' || *at_ == '-')) ++at_;
    if (!digits(JsonFlaw::Exponent)) return false;
  }
  handler_.number(from(begin));
  return true;
}

template <typename Handler>
bool JsonScanner<Handler>::digits(JsonFlaw flaw) {
  if (at_ == end_ || !is_digit(*at_)) return fail(flaw);
  while (at_ != end_ && is_digit(*at_)) ++at_;
  return true;
}

template <typename Handler>
bool JsonScanner<Handler>::word(std::string_view expected) {
  const char* const begin = at_;
  for (const char letter : expected) {
    if (at_ == end_ || *at_ != letter) {
      fault_.word = expected;
      fault_.expected = letter;
      return fail(JsonFlaw::Word);
    }
    ++at_;
  }
  handler_.word(from(begin));
  return true;
}

template <typename Handler>
bool JsonScanner<Handler>::end_of_text() {
  skip_space();
  return at_ == end_ || fail(JsonFlaw::Trailing);
}

}  // namespace kaudit
