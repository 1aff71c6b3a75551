#pragma once

#include <string>
#include <vector>

#include "apiserver/authz/policy_rule.hpp"
#include "base/result.hpp"

namespace kaudit::apiserver::authz::rbac {

/// What of `wanted` no single rule of `held` allows, in pieces of one group, resource, verb and
/// name (or of one path and verb). Empty: who holds the one may grant the other. Error: there are
/// more pieces than anyone should have to look at. (k8s.io/component-helpers auth/rbac/validation
/// Covers)
Result<std::vector<PolicyRule>> missing_rules(const std::vector<PolicyRule>& held,
                                              const std::vector<PolicyRule>& wanted);

/// Rules as a refusal lists them, one a line, sorted; pieces that differ by their verb alone are
/// put together again: `{APIGroups:[""], Resources:["pods"], Verbs:["get" "list"]}`.
/// (pkg/registry/rbac/validation CompactRules, pkg/apis/rbac/v1 CompactString)
std::string described(const std::vector<PolicyRule>& rules);

}  // namespace kaudit::apiserver::authz::rbac
