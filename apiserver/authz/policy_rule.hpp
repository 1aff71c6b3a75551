#pragma once

#include <string>
#include <vector>

#include "audit/evaluator.hpp"

namespace kaudit::apiserver::authz {

/// One rule of a role: these verbs on those resources, or on those paths.
/// (rbac.authorization.k8s.io/v1 PolicyRule)
struct PolicyRule {
  std::vector<std::string> verbs;
  std::vector<std::string> api_groups;
  std::vector<std::string> resources;       ///< `pods`, `pods/log`, `*/scale`, `*`
  std::vector<std::string> resource_names;  ///< empty: of any name
  std::vector<std::string> non_resource_urls;

  friend bool operator==(const PolicyRule&, const PolicyRule&) = default;
};

/// Whether the rule allows the request. `*` stands for every verb, group, resource (subresources
/// too) or path, and at the end of a path for what may follow; `*/scale` for that subresource of
/// every resource; `pods/*` for nothing. (plugin/pkg/auth/authorizer/rbac RuleAllows)
bool allows(const PolicyRule& rule, const audit::Attributes& request) noexcept;

/// True when a path of a rule stands for that path.
bool covers_path(const std::string& rule_path, std::string_view path) noexcept;

/// What an authorizer can say of all that a user may do in a namespace. (authorizer RuleResolver)
struct KnownRules {
  std::vector<PolicyRule> rules;
  bool incomplete = false;          ///< the user may do more than is said here
  std::vector<std::string> errors;  ///< met on the way; what is there is right nevertheless
};

/// Several errors as Kubernetes shows them at once: one as it is, more of them in brackets, each
/// text once. (apimachinery pkg/util/errors Aggregate)
std::string aggregated(const std::vector<std::string>& errors);

/// Go's %q of a []string: `["a" "b"]`.
std::string quoted_list(const std::vector<std::string>& items);

}  // namespace kaudit::apiserver::authz
