#pragma once

#include "apiserver/objects/apply/path_set.hpp"
#include "apiserver/objects/tree/json.hpp"
#include "base/result.hpp"

namespace kaudit::apiserver::objects::apply {

// FieldsV1: how managedFields write a set of paths. `{"f:a":{".":{},"f:b":{}}}`: `.` says that a
// path with others below it is in the set itself.

Json fields_v1_of(const PathSet& set);

/// Error: the place is not a path element, or nests too deep. What comes from a later version is
/// skipped.
Result<PathSet> read_fields_v1(const Json& fields);

}  // namespace kaudit::apiserver::objects::apply
