#pragma once

#include "apiserver/api/call.hpp"
#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::api {

/// The keys of a ConfigMap's or Secret's data; nothing of other kinds. Their size is not bounded,
/// but by that of a body: tests of limits like large ConfigMaps. Error: 422 with all that is wrong.
/// (kubernetes pkg/apis/core/validation ValidateConfigMap, ValidateSecret)
Expected<void> check_data(const Call& call, const objects::Json& object);

}  // namespace kaudit::apiserver::api
