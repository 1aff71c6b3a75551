#pragma once

#include "apiserver/api/api.hpp"

namespace kaudit::apiserver::controllers {

/// Makes what the components need to be let in: their ServiceAccounts in kube-system, and, for the
/// authorizer RBAC, roles with their names in a real cluster that allow what they do here. Waits
/// for the store: not from a thread that serves.
void make_component_objects(const api::Api& api);

}  // namespace kaudit::apiserver::controllers
