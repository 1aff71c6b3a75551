#pragma once

#include "apiserver/api/operations.hpp"

namespace kaudit::apiserver::api {

// What is done by creating something below an object. Each answers a Status that is no failure.

/// POST of an Eviction to `pods/NAME/eviction`: deletes the Pod, unless a PodDisruptionBudget that
/// selects it has no disruption left (429). (kubernetes pkg/registry/core/pod/storage EvictionREST)
Handled evict(Call& call);

/// POST of a Binding, to `pods/NAME/binding` or to `bindings`: puts a Pod on a Node.
/// (kubernetes pkg/registry/core/pod/storage BindingREST)
Handled bind(Call& call);

}  // namespace kaudit::apiserver::api
