#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "audit/search/evaluation.hpp"
#include "audit/search/expression.hpp"

namespace re2 {
class RE2;
}

namespace kaudit::audit::search {

/// An expression, ready to be asked of many events. Immutable: threads may share it, each with an
/// Evaluation of its own.
class Filter {
 public:
  /// Adds the fields that it needs to the set. Error: a pattern that is not a regular expression.
  static ExpressionResult<Filter> compile(const Expression& expression, FieldSet& fields,
                                          Quirks quirks);

  /// Whether the event that the evaluation holds is one. An absent field makes every check false,
  /// `!=` too. (libsinsp)
  bool matches(Evaluation& event) const { return node_matches(0, event); }

  /// The same of one part: they are numbered from 0 in the order in which they are written, the
  /// whole before its parts.
  bool part_matches(std::size_t part, Evaluation& event) const { return node_matches(part, event); }

 private:
  struct Question {
    std::size_t slot = 0;
    Transform transform = Transform::None;
    Operator op = Operator::Exists;
    std::vector<std::string> operands;  ///< sorted for In and Intersects
    std::shared_ptr<const re2::RE2> pattern;
    static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
    std::size_t other = kNone;  ///< slot of `val(…)`
    Quirks quirks = Quirks::Repaired;
  };
  struct Node {
    Expression::Kind kind = Expression::Kind::Check;
    std::vector<std::size_t> parts;  ///< those that cost least first: their order says nothing
    int cost = 0;
    Question question;
  };

  ExpressionResult<void> add(const Expression& expression, FieldSet& fields, Quirks quirks);
  bool node_matches(std::size_t index, Evaluation& event) const;
  static bool answer(const Question& question, Evaluation& event);
  static bool has(const Question& question, std::string_view text);
  static bool compare(const Question& question, std::string_view text, std::string_view operand);

  std::vector<Node> nodes_;
};

}  // namespace kaudit::audit::search
