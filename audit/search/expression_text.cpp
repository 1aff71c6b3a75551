#include "audit/search/expression_text.hpp"

#include "base/text/ascii.hpp"
#include "base/text/hex.hpp"

namespace kaudit::audit::search {
namespace {

constexpr bool is_blank_in_filter(char c) noexcept {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\b';
}
constexpr bool is_name_character(char c) noexcept {
  return is_alphanumeric(c) || c == '_' || c == '.';
}
constexpr bool ends_value(char c) noexcept {
  return is_blank_in_filter(c) || c == '(' || c == ')' || c == '=' || c == ',' || c == '"' ||
         c == '\'';
}

}  // namespace

bool ExpressionText::take(char c) noexcept {
  if (!next_is(c)) return false;
  ++at_;
  return true;
}

bool ExpressionText::skip_blanks() noexcept {
  const std::size_t from = at_;
  while (!at_end() && is_blank_in_filter(text_[at_])) ++at_;
  return at_ != from;
}

bool ExpressionText::take_connective(std::string_view word) noexcept {
  const std::size_t from = at_;
  const bool blank = skip_blanks();
  const bool apart = blank || (from > 0 && text_[from - 1] == ')');
  const std::size_t behind = at_ + word.size();
  const bool ends =
      behind < text_.size() && (is_blank_in_filter(text_[behind]) || text_[behind] == '(');
  if (apart && ends && starts_with(word)) {
    at_ = behind;
    return true;
  }
  at_ = from;
  return false;
}

bool ExpressionText::take_not() noexcept {
  const std::size_t behind = at_ + 3;
  const bool found = starts_with("not") && behind < text_.size() &&
                     (is_blank_in_filter(text_[behind]) || text_[behind] == '(');
  if (found) at_ = behind;
  return found;
}

std::string_view ExpressionText::take_name() noexcept {
  const std::size_t from = at_;
  if (at_end() || !(is_letter(text_[at_]) || text_[at_] == '_')) return {};
  while (!at_end() && is_name_character(text_[at_])) ++at_;
  return text_.substr(from, at_ - from);
}

std::string_view ExpressionText::peek_word() const noexcept {
  std::size_t end = at_;
  while (end < text_.size() && !is_blank_in_filter(text_[end]) && text_[end] != '(' &&
         text_[end] != ')') {
    ++end;
  }
  return text_.substr(at_, end - at_);
}

std::string_view ExpressionText::peek_operator() const noexcept {
  std::size_t end = at_;
  if (end < text_.size() && is_letter(text_[end])) {
    while (end < text_.size() && is_name_character(text_[end])) ++end;
  } else {
    constexpr std::string_view kSigns = "=!<>~";
    while (end < text_.size() && kSigns.find(text_[end]) != std::string_view::npos) ++end;
  }
  return text_.substr(at_, end - at_);
}

ExpressionResult<std::string> ExpressionText::take_argument() {
  const std::size_t from = at_;
  if (next_is('"') || next_is('\'')) {
    auto quoted = take_quoted();
    if (!quoted) return quoted;
    if (!take(']')) return fail("expected ]");
    return quoted;
  }
  while (!at_end() && text_[at_] != ']') {
    if (text_[at_] == '[' || text_[at_] == '"' || text_[at_] == '\'' ||
        is_blank_in_filter(text_[at_])) {
      return fail("an argument with such a character must be quoted");
    }
    ++at_;
  }
  if (at_end()) return tl::unexpected(ExpressionError{from - 1, "this [ is not closed"});
  std::string argument(text_.substr(from, at_ - from));
  ++at_;
  return argument;
}

ExpressionResult<std::string> ExpressionText::take_quoted() {
  const std::size_t opening = at_;
  const char quote = text_[at_++];
  std::string out;
  while (!at_end() && text_[at_] != quote) {
    const char c = text_[at_];
    if (c != '\\') {
      out += c;
      ++at_;
      continue;
    }
    if (at_ + 1 >= text_.size()) break;
    const char escaped = text_[at_ + 1];
    constexpr std::string_view kLetters = "\\/bfnrt ";
    constexpr std::string_view kMeanings = "\\/\b\f\n\r\t\\";
    const std::size_t known = kLetters.find(escaped);
    if (known != std::string_view::npos) {
      out += kMeanings[known];
    } else if (escaped == quote) {
      out += quote;
    } else if (escaped == 'x' && at_ + 3 < text_.size() && is_hex_digit(text_[at_ + 2]) &&
               is_hex_digit(text_[at_ + 3])) {
      out += static_cast<char>(hex_value(text_[at_ + 2]) * 16 + hex_value(text_[at_ + 3]));
      at_ += 2;
    } else {
      return fail("there is no such escape; write \\\\ for a backslash");
    }
    at_ += 2;
  }
  if (at_end() || text_[at_] != quote) {
    return tl::unexpected(ExpressionError{opening, "this quote is not closed"});
  }
  ++at_;
  return out;
}

ExpressionResult<Operand> ExpressionText::take_value() {
  Operand operand;
  operand.offset = at_;
  if (at_end()) return fail("the expression ends where a value should be");
  if (next_is('"') || next_is('\'')) {
    auto quoted = take_quoted();
    if (!quoted) return tl::unexpected(quoted.error());
    operand.text = *std::move(quoted);
    operand.quoted = true;
    return operand;
  }
  while (!at_end() && !ends_value(text_[at_])) ++at_;
  operand.text = std::string(text_.substr(operand.offset, at_ - operand.offset));
  if (operand.text.empty()) {
    return fail("expected a value; one with = , ( ) or a quote in it must be quoted");
  }
  return operand;
}

}  // namespace kaudit::audit::search
