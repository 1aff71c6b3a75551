#pragma once

#include <functional>
#include <string>
#include <vector>

#include "policy/policy.hpp"
#include "policy/probes/probes.hpp"

namespace kaudit::policy::lint {

/// A probe and what the policy makes of it.
struct Observation {
  const Probe* probe;
  ProbeAnswer answer;
};

/// Asks the policy about the probes for which `chosen` holds.
std::vector<Observation> observe(const audit::Evaluator& evaluator,
                                 const std::function<bool(const Probe&)>& chosen);
/// About those of these names.
std::vector<Observation> observe(const audit::Evaluator& evaluator,
                                 std::initializer_list<std::string_view> names);

/// Observations that one rule decided, in their order.
struct RuleGroup {
  int rule;  ///< Decision::kNoRule: none
  std::vector<Observation> observations;
};
std::vector<RuleGroup> by_rule(const std::vector<Observation>& observations);

/// `GET /api/v1/… by alice (secret-get), and 2 more like it (secret-list, secret-watch)`
std::string quoted_probes(const std::vector<Observation>& observations);

/// What made the decision: `rule 3 (line 14)`, or `no rule`.
std::string decider(const Policy& policy, int rule);

/// Where a finding about a decision points: the rule's level, or the last rule where none matched.
std::string path_of_decision(const Policy& policy, int rule);

}  // namespace kaudit::policy::lint
