#pragma once

#include <vector>

#include "apiserver/api/call.hpp"
#include "apiserver/api/status_errors.hpp"
#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::api {

/// What is wrong with the metadata of an object that is to be created: its name, labels,
/// annotations, owners, finalizers. (apimachinery pkg/api/validation ValidateObjectMeta)
std::vector<FieldError> errors_of_new_metadata(const Call& call, const objects::Json& object);

/// The same for what an object is to become; while it is being deleted it gets no new finalizers.
/// (ValidateObjectMetaUpdate)
std::vector<FieldError> errors_of_changed_metadata(const Call& call, const objects::Json& current,
                                                   const objects::Json& object);

}  // namespace kaudit::apiserver::api
