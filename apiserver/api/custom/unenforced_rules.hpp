#pragma once

#include "apiserver/api/call.hpp"
#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::api {

/// Adds to the answer what a client is warned of when it writes an object of the call's kind: what
/// a real server warns of for definitions and custom resources, and what is kept here without being
/// enforced. `before` is null for a new one.
void add_kind_warnings(const Call& call, const objects::Json* before, const objects::Json& after);

}  // namespace kaudit::apiserver::api
