#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "audit/rules/rule_place.hpp"
#include "audit/rules/sigma_rule.hpp"

namespace kaudit::audit::rules {

/// That a match of a rule, or an alert of a correlation, counts for a correlation.
struct CorrelationUse {
  std::size_t correlation = 0;        ///< its place in SigmaRules::correlations
  std::size_t position = 0;           ///< among the rules that it names
  std::vector<std::string> group_by;  ///< fields of the event, the aliases resolved
};

/// What counts for which correlations, in the order of SigmaRules.
struct CorrelationLinks {
  std::vector<std::vector<CorrelationUse>> of_rules;
  std::vector<std::vector<CorrelationUse>> of_correlations;
  std::vector<std::size_t> order;  ///< of the correlations: each behind those that it names
};

/// Finds what the correlations name: rules and other correlations, by name, id or title. What is
/// not there, names itself or is chained too deeply is in `problems`, and left out.
CorrelationLinks link_correlations(const SigmaRules& rules, RuleProblems& problems);

}  // namespace kaudit::audit::rules
