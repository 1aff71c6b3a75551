#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "apiserver/authz/policy_rule.hpp"
#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::authz::rbac {

// Roles and bindings as decisions need them. They are read from stored objects, and no part of an
// object that is not what its kind says is more than left out: what cannot be read allows nothing.

/// A Role, or a ClusterRole where `ns` is empty.
struct Role {
  std::string ns;
  std::string name;
  std::vector<PolicyRule> rules;
};

enum class SubjectKind : std::uint8_t { User, Group, ServiceAccount, Unknown };

/// Whom a binding is about.
struct Subject {
  SubjectKind kind = SubjectKind::Unknown;
  std::string name;
  std::string ns;  ///< of a ServiceAccount; where the object names none, the binding's
};

/// The role that a binding gives. (RoleRef)
struct RoleRef {
  std::string kind;  ///< `Role`, `ClusterRole`
  std::string name;
};

/// A RoleBinding, or a ClusterRoleBinding where `ns` is empty.
struct Binding {
  std::string ns;
  std::string name;
  RoleRef role;
  std::vector<Subject> subjects;
};

/// `object` is a Role or a ClusterRole.
Role read_role(const objects::Json& object);
/// `object` is a RoleBinding or a ClusterRoleBinding.
Binding read_binding(const objects::Json& object);
RoleRef read_role_ref(const objects::Json& binding);
/// The list `rules` of a role; null for none.
std::vector<PolicyRule> read_rules(const objects::Json* rules);

/// `User`, `Group`, `ServiceAccount`; "" for others.
std::string_view text(SubjectKind kind) noexcept;
/// The name under which a service account sends requests.
std::string service_account_user(std::string_view ns, std::string_view name);

}  // namespace kaudit::apiserver::authz::rbac
