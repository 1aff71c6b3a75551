#pragma once

#include "apiserver/custom/rules/error_list.hpp"
#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::custom {

// What a version may have beside its schema. Each says where that part stands: in the version, or
// in the spec where all versions have the same.

/// The paths of `scale`. (ValidateCustomResourceDefinitionSubresources)
void check_subresources(const objects::Json& version, const Place& place, ErrorList& errors);
/// What a table shows. (ValidateCustomResourceColumnDefinition)
void check_columns(const objects::Json& version, const Place& place, ErrorList& errors);
/// What a field selector may name; it has to be in the version's schema.
/// (ValidateCustomResourceSelectableFields)
void check_selectable(const objects::Json& version, const Place& place, ErrorList& errors);

}  // namespace kaudit::apiserver::custom
