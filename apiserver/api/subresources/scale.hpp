#pragma once

#include "apiserver/api/call.hpp"
#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::api {

// The subresource `scale`: an object of the kind Scale (autoscaling/v1) that stands for a part of
// the one that is stored. (kubernetes pkg/registry/apps/*/storage ScaleREST)

/// True for a call to `…/scale`.
bool is_scale(const Call& call) noexcept;

/// What a body at the call's URL is an object of: a Scale, or the resource's own kind.
objects::TypeMeta body_type(const Call& call) noexcept;

/// The Scale of an object that is stored. Error: 400, its selector cannot be read; 500 for a GET of
/// a custom resource that says nothing of its replicas.
Expected<objects::Json> scale_of(const Call& call, const objects::Json& object);

/// The object with the number of replicas, and the version it builds on, that a client's Scale
/// says. Error: 422 for a negative number, 409 for another uid.
Expected<objects::Json> with_scale(const Call& call, const objects::Json& object,
                                   const objects::Json& scale);

/// What a client applies to a Scale, as a configuration of the object itself.
objects::Json applied_scale(const Call& call, const objects::Json& config);

}  // namespace kaudit::apiserver::api
