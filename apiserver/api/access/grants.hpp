#pragma once

#include "apiserver/api/call.hpp"
#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::api {

/// Nobody grants what they do not hold. Who writes a role must hold all that it allows, or have the
/// verb `escalate` on it; who writes a binding must hold all that its role allows, or have the verb
/// `bind` on the role. Members of system:masters may do either. Nothing of other kinds.
/// `current` is null for a new object. Errors: 403; 404 for a role that is not there to be bound.
/// (kubernetes pkg/registry/rbac, */policybased)
Expected<void> check_grant(const Call& call, const objects::Json* current,
                           const objects::Json& wanted);

}  // namespace kaudit::apiserver::api
