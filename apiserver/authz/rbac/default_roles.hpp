#pragma once

#include <vector>

#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::authz::rbac {

/// The cluster roles and their bindings that a cluster has from the start, as objects without what
/// storing adds. ClusterRoles that aggregate others have no rules yet. (default_roles.json;
/// kubernetes plugin/pkg/auth/authorizer/rbac/bootstrappolicy)
struct DefaultRoles {
  std::vector<objects::Json> cluster_roles;
  std::vector<objects::Json> cluster_role_bindings;
};
DefaultRoles default_roles();

}  // namespace kaudit::apiserver::authz::rbac
