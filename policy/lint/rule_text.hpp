#pragma once

#include <string>
#include <vector>

#include "policy/lint/checks/probe_groups.hpp"
#include "policy/policy.hpp"

namespace kaudit::policy::lint {

// Rules that findings advise, ready to be pasted.

/// A rule in YAML as an item of `rules`: `- level: Metadata\n  verbs: [get]`, without a line break
/// at its end.
std::string yaml_of(const Rule& rule);

/// A list or mapping's scalar as it is written in brackets: `pods`, `"system:nodes"`, `""`.
std::string flow_scalar(const std::string& text);

/// `wanted` narrowed to what rule `taker` takes: with that rule's users, groups, namespaces and
/// verbs, and with its resources only as far as they were observed. Put before that rule it changes
/// nothing but the level of what the rule took. Without a taker: `wanted` with all resources that
/// were observed.
Rule carve_out(const Policy& policy, int taker, Rule wanted,
               const std::vector<Observation>& observations);

}  // namespace kaudit::policy::lint
