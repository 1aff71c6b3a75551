#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "audit/level.hpp"
#include "audit/rules/sigma_rule.hpp"
#include "audit/search/expression.hpp"

namespace kaudit::cli {

/// What a check of a rule asks, whichever language it is written in.
struct RuleCheck {
  enum class Kind : std::uint8_t {
    Exists,
    OneOf,  ///< the value is one of those given
    Other,  ///< something else, for which the field must be there
    Absent,
    Never,  ///< is false whatever the event
  };
  Kind kind = Kind::Other;
  std::string path;   ///< `objectRef.resource`; "" when it cannot be said
  std::string field;  ///< as the rule has it
  std::vector<std::string> values;
  bool ignores_case = false;
  audit::Level needs = audit::Level::Metadata;
  int line = 0;
};

/// A rule's condition as a tree.
struct RuleCondition {
  enum class Kind : std::uint8_t { And, Or, Not, Check };
  Kind kind = Kind::Check;
  std::vector<RuleCondition> parts;
  RuleCheck check;
};

RuleCondition condition_of(const audit::search::Expression& expression, int line);
RuleCondition condition_of(const audit::rules::SigmaNode& node);

/// The least level at which an event has the member at the path.
audit::Level level_of_path(const std::string& path);

}  // namespace kaudit::cli
