#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "audit/search/expression.hpp"
#include "audit/search/expression_text.hpp"

namespace kaudit::audit::search {

/// Reads the sides of checks from an expression's text: fields with their arguments, and functions
/// of them. An error is at its character, with the nearest name.
class TermParser {
 public:
  using Problem = std::optional<ExpressionError>;

  /// The text, which must outlive this, is read on from where it is.
  explicit TermParser(ExpressionText& text) : text_(text) {}

  /// `tolower(ka.user.name)`, its name read, which began at `begin`.
  Problem call(std::string_view name, std::size_t begin, Term& term);
  /// The rest of a field whose name was read: its argument.
  Problem field(std::string_view name, std::size_t begin, FieldUse& use);
  /// Whether what comes is `val(…)` or a function in the place of a value.
  bool next_is_term() const noexcept;
  /// Reads it.
  Problem right_side(Term& term);

 private:
  Problem argument(Term& term, std::size_t depth);
  Problem call_at(std::string_view name, std::size_t begin, Term& term, std::size_t depth);
  Problem arguments(Term& term, std::size_t depth);

  ExpressionText& text_;
};

}  // namespace kaudit::audit::search
