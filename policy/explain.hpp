#pragma once

#include <optional>
#include <string>
#include <vector>

#include "audit/evaluator.hpp"
#include "policy/matching/matcher.hpp"
#include "policy/policy.hpp"

namespace kaudit::policy {

/// What one rule makes of a request.
struct RuleVerdict {
  int rule = 0;                     ///< index, as in field paths
  std::optional<Condition> failed;  ///< the first part that the request fails; none: it matches
  std::string reason;               ///< why, in words; empty when it matches
  std::string hint;  ///< what its author may have meant and how to write that; often empty
};

/// Why a request is recorded as it is.
struct Explanation {
  audit::Decision decision;
  std::vector<RuleVerdict> rules;  ///< each rule up to and with the one that matches
};

/// Asks rule after rule. The policy must have passed validate().
Explanation explain(const Policy& policy, const audit::Attributes& request);

/// What one rule makes of the request.
RuleVerdict explain_rule(const Policy& policy, int rule, const audit::Attributes& request);

/// `pods/log`, `deployments`: what a rule's `resources` would have to name.
std::string resource_path(const audit::Attributes& request);

}  // namespace kaudit::policy
