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
/// 422; those of check_stated_version(). (registry/generic Store.Update)
Expected<void> check_update_version(const Call& call, const objects::Json& current,
                                    const objects::Json& wanted);

/// A resourceVersion that is stated must be the stored one. `now`: the metadata that is stored.
/// Errors: 409; 500 when it is not a number, as a real server has it.
Expected<void> check_stated_version(const Call& call, const objects::Json& now,
                                    std::string_view version);

}  // namespace kaudit::apiserver::api
