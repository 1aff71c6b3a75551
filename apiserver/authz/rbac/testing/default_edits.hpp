#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "apiserver/authz/rbac/default_roles.hpp"
#include "apiserver/authz/rbac/index.hpp"

namespace kaudit::apiserver::authz::rbac::testing {

/// The default roles and bindings, with what view, edit and admin gather from the others.
inline std::vector<Edit> default_edits() {
  const DefaultRoles defaults = default_roles();
  const auto rules_of = [&](const std::string& name) {
    const auto found = std::find_if(
        defaults.cluster_roles.begin(), defaults.cluster_roles.end(),
        [&](const objects::Json& role) { return role.find("metadata")->text("name") == name; });
    return read_role(*found).rules;
  };
  std::vector<PolicyRule> gathered;
  std::vector<Edit> edits;
  for (const objects::Json& role : defaults.cluster_roles) edits.emplace_back(read_role(role));
  for (const std::string name : {"view", "edit", "admin"}) {
    for (PolicyRule& rule : rules_of("system:aggregate-to-" + name)) {
      gathered.push_back(std::move(rule));
    }
    edits.emplace_back(Role{"", name, gathered});
  }
  for (const objects::Json& binding : defaults.cluster_role_bindings) {
    edits.emplace_back(read_binding(binding));
  }
  return edits;
}

}  // namespace kaudit::apiserver::authz::rbac::testing
