#pragma once

#include <string>
#include <vector>

#include "audit/rules/detection_rules.hpp"
#include "cli/log/rules/rule_judge.hpp"

namespace kaudit::cli {

/// A rule and what came of looking at it.
struct JudgedRule {
  std::string name;
  std::string source;    ///< falco or sigma
  std::string priority;  ///< or level
  audit::rules::RulePlace place;
  bool can_fire = true;
  std::vector<RuleFinding> findings;  ///< with file and rule
};

/// Judges all rules of a set.
std::vector<JudgedRule> judged_rules(const audit::rules::RuleSet& rules,
                                     const RecordedByPolicy* policy);
/// What is wrong with files of rules as such.
std::vector<RuleFinding> load_findings(const audit::rules::RuleSet& rules);

}  // namespace kaudit::cli
