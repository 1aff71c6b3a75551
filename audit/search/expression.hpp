#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "audit/search/field.hpp"
#include "audit/search/operator.hpp"
#include "audit/search/term.hpp"

namespace kaudit::audit::search {

/// A value on the right of an operator.
struct Operand {
  std::string text;
  bool quoted = false;
  std::size_t offset = 0;  ///< of its first byte in the expression
};

/// One question: `ka.verb in (get, list)`.
struct Check {
  Term left;
  Operator op = Operator::Exists;
  std::vector<Operand> operands;
  std::optional<Term> right;  ///< of `val(FIELD)`, or a function, in the place of operands
  std::size_t op_offset = 0;
};

/// A tree as it was written.
struct Expression {
  enum class Kind : std::uint8_t { And, Or, Not, Check, Name };

  Kind kind = Kind::Check;
  std::size_t begin = 0;  ///< of its text, in bytes
  std::size_t end = 0;
  std::vector<Expression> parts;  ///< And, Or: two and more; Not: one
  Check check;                    ///< Kind::Check
  std::string name;               ///< Kind::Name: a macro's
};

/// Why a text is not an expression, and where.
struct ExpressionError {
  std::size_t offset = 0;
  std::string message;
};

template <typename T>
using ExpressionResult = tl::expected<T, ExpressionError>;

/// `MESSAGE at character N`, and below it the line with a caret under the place.
std::string describe(const ExpressionError& error, std::string_view expression);

/// What names an expression may use besides fields.
class Names {
 public:
  virtual ~Names() = default;
  /// The items of a list; null when there is none of that name.
  virtual const std::vector<std::string>* list(std::string_view name) const = 0;
  /// A macro's condition; null when there is none of that name.
  virtual const Expression* macro(std::string_view name) const = 0;
};

/// An expression on the command line nests up to this.
inline constexpr std::size_t kMaxNesting = 100;
/// A rule's condition may nest deeper.
inline constexpr std::size_t kMaxRuleNesting = 1'000;
/// Longer texts are not read.
inline constexpr std::size_t kMaxExpressionBytes = 1U << 20U;

/// Reads a Falco filter. Lists and macros come from `names`, where it is given; a macro's tree is
/// copied into the place of its name. Fields, operators and arguments are checked, so that the
/// result can be compiled. (libsinsp filter/parser)
ExpressionResult<Expression> parse_expression(std::string_view text, const Names* names = nullptr,
                                              std::size_t max_nesting = kMaxNesting);

}  // namespace kaudit::audit::search
