#pragma once

#include "apiserver/api/call.hpp"
#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::api {

/// Whether an object may be stored as a new one: the rules of its metadata, then those of its kind.
/// Error: 422 with all that is wrong. Else the client gets the warnings of its kind. (registry/rest
/// BeforeCreate)
Expected<void> check_new(const Call& call, const objects::Json& object);

/// Whether an object may become what it is to be. Error: 422; else warnings, likewise.
/// (registry/rest BeforeUpdate)
Expected<void> check_changed(const Call& call, const objects::Json& current,
                             const objects::Json& object);

}  // namespace kaudit::apiserver::api
