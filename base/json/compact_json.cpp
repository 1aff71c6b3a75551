#include "base/json/compact_json.hpp"

#include <array>
#include <utility>

#include "base/json/bracket_stack.hpp"
#include "base/text/byte_scan.hpp"
#include "base/text/hex.hpp"

namespace kaudit {
namespace {

/// What may follow a backslash, but for `u`.
constexpr std::string_view kEscapeLetters = "\"\\/bfnrt";

/// What a byte means inside a string; Plain is 0, so that a run of plain bytes is one test a byte.
enum class InString : std::uint8_t { Plain, Quote, Backslash, Control, Html, LeadE2 };

constexpr auto kInString = [] {
  std::array<InString, 256> table{};
  for (std::size_t byte = 0; byte < 0x20; ++byte) table[byte] = InString::Control;
  table['"'] = InString::Quote;
  table['\\'] = InString::Backslash;
  table['<'] = table['>'] = table['&'] = InString::Html;
  table[0xE2] = InString::LeadE2;
  return table;
}();

constexpr InString in_string(char c) noexcept { return kInString[static_cast<unsigned char>(c)]; }

constexpr bool is_space(char c) noexcept { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }
constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
constexpr bool is_hex_digit(char c) noexcept {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// One pass over the text. What may stay as it is piles up as a run and is copied at once; only
/// white space and escapes end a run. The reading functions return false when fault_ is set.
class Compactor {
 public:
  explicit Compactor(std::string_view text)
      : begin_(text.data()), at_(begin_), end_(begin_ + text.size()), run_(begin_) {}

  tl::expected<std::string, JsonFault> run() {
    out_.reserve(static_cast<std::size_t>(end_ - begin_));
    if (!values() || !end_of_text()) return tl::unexpected(std::move(fault_));
    flush_run();
    return std::move(out_);
  }

 private:
  bool values();
  bool open();
  bool close_all();
  bool key();
  void skip_plain();
  bool string();
  bool special();
  bool escape();
  bool number();
  bool digits(const char* where);
  bool word(std::string_view expected);
  bool end_of_text();
  void replace(std::size_t bytes, std::string_view escaped);
  void lead_e2();

  void flush_run() { out_.append(run_, at_); }
  void skip_space() {
    if (at_ == end_ || !is_space(*at_)) return;
    flush_run();
    while (at_ != end_ && is_space(*at_)) ++at_;
    run_ = at_;
  }
  bool fail(const char* what, JsonFault::Kind kind = JsonFault::Kind::Syntax);

  const char* begin_;
  const char* at_;
  const char* end_;
  const char* run_;  ///< from here to at_ nothing has been copied yet
  BracketStack open_;
  std::string out_;
  JsonFault fault_{};
};

bool Compactor::fail(const char* what, JsonFault::Kind kind) {
  fault_.kind = kind;
  if (at_ == end_) {
    fault_.message = "unexpected end of JSON";
  } else {
    const auto byte = static_cast<unsigned char>(*at_);
    const std::string shown =
        byte > ' ' && byte < 0x7f
            ? std::string{'\'', *at_, '\''}
            : std::string("byte 0x") + kLowerHex[byte >> 4U] + kLowerHex[byte & 0xFU];
    fault_.message = "unexpected " + shown;
  }
  fault_.message += " at offset " + std::to_string(at_ - begin_) + ": " + what;
  return false;
}

/// Values and what is between them, until the outermost is complete.
bool Compactor::values() {
  for (;;) {
    skip_space();
    if (at_ == end_) return fail("a value is missing");
    switch (*at_) {
      case '{':
      case '[': {
        const bool object = *at_ == '{';
        if (!open()) return false;
        skip_space();
        if (at_ != end_ && *at_ == (object ? '}' : ']')) break;
        if (object && !key()) return false;
        continue;
      }
      case '"':
        if (!string()) return false;
        break;
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

bool Compactor::open() {
  if (open_.full()) return fail("nested more than 10,000 deep", JsonFault::Kind::Depth);
  open_.push(*at_);
  ++at_;
  return true;
}

/// After a value: the brackets that close here, then a comma (and in an object the next key) or the
/// end of all.
bool Compactor::close_all() {
  while (!open_.empty()) {
    const bool object = open_.top_is_object();
    skip_space();
    if (at_ == end_) return fail(object ? "an object is not closed" : "an array is not closed");
    if (*at_ == ',') {
      ++at_;
      if (!object) return true;
      skip_space();
      return key();
    }
    if (*at_ != (object ? '}' : ']')) {
      return fail(object ? "expected ',' or '}' after a member"
                         : "expected ',' or ']' after an element");
    }
    ++at_;
    open_.pop();
  }
  return true;
}

bool Compactor::key() {
  if (at_ == end_ || *at_ != '"') return fail("expected a member's name in quotes");
  if (!string()) return false;
  skip_space();
  if (at_ == end_ || *at_ != ':') return fail("expected ':' after a member's name");
  ++at_;
  return true;
}

/// Passes the bytes of a string that need no look: by words up to the first that is special or not
/// ASCII, the last ones singly.
void Compactor::skip_plain() {
  while (static_cast<std::size_t>(end_ - at_) >= byte_scan::kWord) {
    const std::size_t plain = byte_scan::unmarked(byte_scan::mark_special(byte_scan::load(at_)));
    at_ += plain;
    if (plain < byte_scan::kWord) return;
  }
  while (at_ != end_ && in_string(*at_) == InString::Plain) ++at_;
}

bool Compactor::string() {
  ++at_;
  for (;;) {
    skip_plain();
    if (at_ == end_) return fail("a string is not closed");
    if (*at_ == '"') [[likely]] {
      ++at_;
      return true;
    }
    if (!special()) return false;
  }
}

/// Passes what skip_plain() stopped at, but for the closing quote.
bool Compactor::special() {
  switch (in_string(*at_)) {
    case InString::Quote:
      return true;
    case InString::Plain:  // not ASCII, and likely not alone
      while (at_ != end_ && in_string(*at_) == InString::Plain) ++at_;
      return true;
    case InString::Backslash:
      return escape();
    case InString::Control:
      return fail("a control character in a string must be escaped");
    case InString::Html: {
      const auto byte = static_cast<unsigned char>(*at_);
      const char escaped[] = {'\\', 'u', '0', '0', kLowerHex[byte >> 4U], kLowerHex[byte & 0xFU]};
      replace(1, {escaped, sizeof escaped});
      return true;
    }
    case InString::LeadE2:
      lead_e2();
      return true;
  }
  return true;
}

void Compactor::replace(std::size_t bytes, std::string_view escaped) {
  flush_run();
  out_.append(escaped);
  at_ += bytes;
  run_ = at_;
}

/// U+2028 and U+2029 are E2 80 A8 and E2 80 A9; any other byte after E2 is left alone.
void Compactor::lead_e2() {
  if (end_ - at_ >= 3 && at_[1] == '\x80' && (at_[2] == '\xA8' || at_[2] == '\xA9')) {
    replace(3, at_[2] == '\xA8' ? "\\u2028" : "\\u2029");
  } else {
    ++at_;
  }
}

bool Compactor::escape() {
  ++at_;
  if (at_ == end_) return fail("a string is not closed");
  if (*at_ != 'u') {
    if (kEscapeLetters.find(*at_) == std::string_view::npos) {
      return fail("no such escape in a string");
    }
    ++at_;
    return true;
  }
  ++at_;
  for (int digit = 0; digit < 4; ++digit, ++at_) {
    if (at_ == end_ || !is_hex_digit(*at_)) return fail("\\u needs four hexadecimal digits");
  }
  return true;
}

bool Compactor::number() {
  const bool negative = *at_ == '-';
  if (negative) ++at_;
  if (at_ != end_ && *at_ == '0') {
    ++at_;
  } else if (!digits(negative ? "expected a digit after '-'" : "no value begins so")) {
    return false;
  }
  if (at_ != end_ && *at_ == '.') {
    ++at_;
    if (!digits("expected a digit after '.'")) return false;
  }
  if (at_ != end_ && (*at_ == 'e' || *at_ == 'E')) {
    ++at_;
    if (at_ != end_ && (*at_ == '+' || *at_ == '-')) ++at_;
    if (!digits("expected a digit in the exponent")) return false;
  }
  return true;
}

bool Compactor::digits(const char* where) {
  if (at_ == end_ || !is_digit(*at_)) return fail(where);
  while (at_ != end_ && is_digit(*at_)) ++at_;
  return true;
}

bool Compactor::word(std::string_view expected) {
  for (const char letter : expected) {
    if (at_ == end_ || *at_ != letter) return fail("expected true, false or null");
    ++at_;
  }
  return true;
}

bool Compactor::end_of_text() {
  skip_space();
  return at_ == end_ || fail("nothing may follow the value");
}

}  // namespace

tl::expected<std::string, JsonFault> compact_json(std::string_view text) {
  return Compactor(text).run();
}

}  // namespace kaudit
