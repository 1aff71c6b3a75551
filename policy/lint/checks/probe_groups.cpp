#include "policy/lint/checks/probe_groups.hpp"

#include <algorithm>

#include "policy/lint/text.hpp"

namespace kaudit::policy::lint {

std::vector<Observation> observe(const audit::Evaluator& evaluator,
                                 const std::function<bool(const Probe&)>& chosen) {
  std::vector<Observation> observations;
  for (const Probe& probe : probes()) {
    if (chosen(probe)) observations.push_back({&probe, ask(evaluator, probe.attributes)});
  }
  return observations;
}

std::vector<Observation> observe(const audit::Evaluator& evaluator,
                                 std::initializer_list<std::string_view> names) {
  return observe(evaluator, [&](const Probe& probe) {
    return std::ranges::find(names, probe.name) != names.end();
  });
}

std::vector<RuleGroup> by_rule(const std::vector<Observation>& observations) {
  std::vector<RuleGroup> groups;
  for (const Observation& observation : observations) {
    const int rule = observation.answer.decision.rule;
    auto group = std::ranges::find(groups, rule, &RuleGroup::rule);
    if (group == groups.end()) group = groups.insert(groups.end(), {rule, {}});
    group->observations.push_back(observation);
  }
  return groups;
}

std::string quoted_probes(const std::vector<Observation>& observations) {
  constexpr std::size_t kMostNames = 4;
  const Probe& first = *observations.front().probe;
  std::string text = code(first.text());
  if (observations.size() == 1) return text;
  std::vector<std::string> names;
  for (const Observation& other : observations) {
    if (other.probe != &first) names.emplace_back(other.probe->name);
  }
  const std::size_t more = names.size();
  if (names.size() > kMostNames) {
    names.resize(kMostNames);
    names.back() += ", …";
  }
  return text + " and " + std::to_string(more) + " more (" + enumerated(names) + ")";
}

std::string decider(const Policy& policy, int rule) {
  return rule == audit::Decision::kNoRule ? "no rule"
                                          : rule_name(policy, static_cast<std::size_t>(rule));
}

std::string path_of_decision(const Policy& policy, int rule) {
  if (rule != audit::Decision::kNoRule) return rule_path(static_cast<std::size_t>(rule), "level");
  return policy.rules.empty() ? "rules" : rule_path(policy.rules.size() - 1);
}

}  // namespace kaudit::policy::lint
