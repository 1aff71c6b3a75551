#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "audit/rules/rule_place.hpp"
#include "audit/rules/sigma_value.hpp"
#include "audit/search/event_view.hpp"

namespace kaudit::audit::rules {

/// What a detection asks, as a tree. (Sigma specification, detection)
struct SigmaNode {
  enum class Kind : std::uint8_t { And, Or, Not, Field, Keyword };

  Kind kind = Kind::And;
  std::vector<SigmaNode> parts;    ///< And, Or, Not
  std::string field;               ///< Field: dotted, as written
  std::vector<SigmaValue> values;  ///< Field, Keyword
  bool all = false;                ///< all values must match, not one
  bool negated = false;            ///< Field: none may match, and the field must be there
  int line = 0;

  bool matches(search::EventView& event) const;
};

/// The values of a dotted field in an event: those of all elements where arrays are on the way. A
/// name with dots in it is found, too.
std::vector<std::string> sigma_field(search::EventView& event, std::string_view field);

/// One Sigma rule with a detection.
struct SigmaRule {
  std::string title;
  std::string id;
  std::string name;
  std::string level;  ///< informational, low, medium, high, critical
  std::string status;
  SigmaNode condition;
  RulePlace place;
};

enum class CorrelationType : std::uint8_t { EventCount, ValueCount, Temporal, TemporalOrdered };

std::string_view to_string(CorrelationType type) noexcept;
/// Whether it asks which rules have matched, and not how often.
constexpr bool is_temporal(CorrelationType type) noexcept {
  return type == CorrelationType::Temporal || type == CorrelationType::TemporalOrdered;
}

/// A name in `group-by` that is another field for each rule.
struct SigmaAlias {
  std::string name;
  std::vector<std::pair<std::string, std::string>> fields;  ///< rule, its field
};

/// A Sigma rule about how often others match, or that all of them do. (Sigma specification,
/// correlation)
struct SigmaCorrelation {
  std::string title;
  std::string id;
  std::string name;
  std::string level;
  CorrelationType type = CorrelationType::EventCount;
  std::vector<std::string> rules;     ///< names, ids or titles; TemporalOrdered: in their order
  std::vector<std::string> group_by;  ///< fields and aliases
  std::vector<SigmaAlias> aliases;
  std::int64_t span_seconds = 0;
  std::string counted;                 ///< ValueCount: the field whose values are counted
  std::vector<SigmaValue> conditions;  ///< all of which the number must meet; Temporal: of rules,
                                       ///< all of them without a condition
  bool generate = false;               ///< the rules raise alerts of their own, too
  RulePlace place;
};

struct SigmaRules {
  std::vector<SigmaRule> rules;
  std::vector<SigmaCorrelation> correlations;
};

/// Takes a file's document. What cannot be taken is in `problems`; rules for other sources of logs
/// are in `skipped`, as notes.
void add_sigma_rule(const yaml::Node& document, const std::string& file, SigmaRules& rules,
                    RuleProblems& problems, std::vector<std::string>& skipped);

/// Reads a detection's `condition` over its named searches. Error: what is wrong and at which
/// character.
Result<SigmaNode> read_sigma_condition(
    std::string_view condition, const std::vector<std::pair<std::string, SigmaNode>>& searches);

/// Reads the `correlation` of a rule. Error: what is wrong with it.
Result<SigmaCorrelation> read_correlation(const yaml::Node& document,
                                          const yaml::Node& correlation);

}  // namespace kaudit::audit::rules
