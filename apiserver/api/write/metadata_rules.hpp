#pragma once

#include "apiserver/api/call.hpp"
#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::api {

// What every kind's metadata must be like. Errors: 422 with all that is wrong. (apimachinery
// pkg/api/validation ValidateObjectMetaAccessor, ValidateObjectMetaAccessorUpdate)

Expected<void> check_new_metadata(const Call& call, const objects::Json& object);

/// `object` is what an update would store in place of `current`.
Expected<void> check_changed_metadata(const Call& call, const objects::Json& current,
                                      const objects::Json& object);

}  // namespace kaudit::apiserver::api
