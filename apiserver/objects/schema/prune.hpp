#pragma once

#include <string>
#include <vector>

#include "apiserver/objects/schema/schema.hpp"
#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::objects::schema {

/// Drops the members of an object that its schema does not name, but for kind, apiVersion and
/// metadata at its root. null: the schema names none. What was dropped, as paths (`spec.a[0].b`) in
/// their order, at most kMaxUnknownPaths. (apiextensions pkg/apiserver/schema/pruning)
std::vector<std::string> prune(Json& object, const Schema* schema);

/// The same for a part of an object, such as a default. One that its schema says is an object with
/// a kind keeps what each such object has.
std::vector<std::string> prune_part(Json& value, const Schema& schema);

/// As many as strict decoding of other kinds keeps.
inline constexpr std::size_t kMaxUnknownPaths = 100;

/// Drops nulls where a schema neither allows them nor has a default for them. (defaulting
/// PruneNonNullableNullsWithoutDefaults)
void drop_nulls(Json& object, const Schema* schema);

/// What defaults may add to one object, in bytes of JSON.
inline constexpr std::size_t kMostDefaultBytes = std::size_t{16} << 20U;

/// Fills in defaults, also for nulls that are not allowed. False: they would be more than
/// kMostDefaultBytes, and the rest of them is left out. (defaulting Default)
bool set_defaults(Json& object, const Schema* schema);

}  // namespace kaudit::apiserver::objects::schema
