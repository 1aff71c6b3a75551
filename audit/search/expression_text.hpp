#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "audit/search/expression.hpp"

namespace kaudit::audit::search {

/// The words of an expression's text, taken one after the other.
class ExpressionText {
 public:
  explicit ExpressionText(std::string_view text) noexcept : text_(text) {}

  std::size_t size() const noexcept { return text_.size(); }
  std::size_t offset() const noexcept { return at_; }
  bool at_end() const noexcept { return at_ >= text_.size(); }
  bool next_is(char c) const noexcept { return !at_end() && text_[at_] == c; }
  bool next_is_behind(std::size_t bytes, char c) const noexcept {
    return at_ + bytes < text_.size() && text_[at_ + bytes] == c;
  }
  bool starts_with(std::string_view word) const noexcept {
    return text_.substr(at_).starts_with(word);
  }
  void skip(std::size_t bytes) noexcept { at_ += bytes; }
  bool take(char c) noexcept;
  /// True when there was one.
  bool skip_blanks() noexcept;

  /// `and` or `or` with a blank or parenthesis behind, and before it, too.
  bool take_connective(std::string_view word) noexcept;
  bool take_not() noexcept;
  /// Letters, digits, `_` and dots: a field, macro, list or function.
  std::string_view take_name() noexcept;
  /// What follows up to a blank or parenthesis.
  std::string_view peek_word() const noexcept;
  /// Signs such as `!=`, or a word.
  std::string_view peek_operator() const noexcept;
  /// What stands in brackets, whose opening one was taken.
  ExpressionResult<std::string> take_argument();
  ExpressionResult<Operand> take_value();

  tl::unexpected<ExpressionError> fail(std::string message) const {
    return tl::unexpected(ExpressionError{at_, std::move(message)});
  }

 private:
  ExpressionResult<std::string> take_quoted();

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace kaudit::audit::search
