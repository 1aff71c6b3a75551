#pragma once

#include <string_view>

#include "apiserver/api/call.hpp"
#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::api {

/// True when a PUT of an object that is not there creates it.
bool created_by_update(const Call& call) noexcept;

/// 409: a PUT means another object of that name. `stored`: the uid of the one there is.
audit::Status uid_conflict(const Call& call, const objects::Json& wanted, std::string_view stored);

/// Another uid or resourceVersion than what is stored, or none where one is needed. Errors: 409,
/// 422. (registry/generic Store.Update)
Expected<void> check_update_version(const Call& call, const objects::Json& current,
                                    const objects::Json& wanted);

}  // namespace kaudit::apiserver::api
