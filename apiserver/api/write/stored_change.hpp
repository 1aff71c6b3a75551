#pragma once

#include <functional>

#include "apiserver/api/operations.hpp"
#include "apiserver/api/write/object_rules.hpp"
#include "apiserver/api/write/write_options.hpp"
#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::api {

/// What the client wants of the object that is stored. Called again when another write came first.
using Change = std::function<Expected<objects::Json>(const objects::Json& current)>;

/// Reads the call's object, changes it by the rules of an update (merged_update) and writes it,
/// until nobody was in between. The last finalizer's removal deletes an object that is marked so.
/// (etcd3 store GuaranteedUpdate)
Handled change_stored(Call& call, const Change& change, UidRule uid_rule, DryRun dry_run);

}  // namespace kaudit::apiserver::api
