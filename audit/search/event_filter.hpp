#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "audit/search/evaluation.hpp"
#include "audit/search/expression.hpp"
#include "audit/search/transform.hpp"

namespace re2 {
class RE2;
}

namespace kaudit::audit::search {

/// That an event has to have one of these texts in a field to be one.
struct Demand {
  std::size_t slot = 0;
  std::vector<std::string> texts;  ///< sorted, each once
};

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

  /// What follows from it for fields that cost little to read, one a field: an event that does not
  /// have it is not one; one that has it may be. In the order of the slots.
  std::vector<Demand> demands() const;
  /// Whether no event can be one.
  bool matches_none() const noexcept { return nodes_[0].never; }

 private:
  struct Question {
    ReadyTerm left;
    Operator op = Operator::Exists;
    std::vector<std::string> operands;  ///< sorted for In and Intersects
    std::shared_ptr<const re2::RE2> pattern;
    std::optional<ReadyTerm> right;
    Quirks quirks = Quirks::Repaired;
  };
  struct Node {
    Expression::Kind kind = Expression::Kind::Check;
    std::vector<std::size_t> parts;  ///< those that cost least first: their order says nothing
    int cost = 0;
    bool never = false;  ///< false whatever the event
    Question question;
  };

  bool is_never(const Node& node, const Check& check) const;
  ExpressionResult<void> add(const Expression& expression, FieldSet& fields, Quirks quirks);
  std::vector<Demand> demands_of(std::size_t index) const;
  bool node_matches(std::size_t index, Evaluation& event) const;
  static bool answer(const Question& question, Evaluation& event);
  static bool answer_with(const Question& question, Evaluation& event,
                          std::span<const std::string_view> texts);
  static bool has(const Question& question, std::string_view text);
  static bool compare(const Question& question, std::string_view text, std::string_view operand);

  std::vector<Node> nodes_;
};

}  // namespace kaudit::audit::search
