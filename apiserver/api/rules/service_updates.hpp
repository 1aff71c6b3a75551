#pragma once

#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::api {

/// Gives a Service that is written back what the server had given it, where the client left it out:
/// addresses and ports of Nodes; and takes away what another type cannot have. (kubernetes
/// pkg/registry/core/service patchAllocatedValues, NormalizeClusterIPs, dropTypeDependentFields)
void keep_allocations(const objects::Json& before, objects::Json& service);

}  // namespace kaudit::apiserver::api
