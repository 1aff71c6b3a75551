#pragma once

#include "apiserver/custom/rules/error_list.hpp"
#include "apiserver/objects/schema/schema.hpp"
#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::custom {

/// What of a schema is not allowed in a definition. (apiextensions
/// pkg/apis/apiextensions/validation ValidateCustomResourceDefinitionOpenAPISchema)
void check_schema(const objects::Json& props, const Place& place, ErrorList& errors);

/// What makes it not structural. (pkg/apiserver/schema ValidateStructural)
void check_structure(const objects::Json& props, const Place& place, ErrorList& errors);

/// Defaults that would not be valid values. (pkg/apiserver/schema/defaulting ValidateDefaults)
void check_defaults(const objects::schema::Schema& schema, const Place& place, ErrorList& errors);

}  // namespace kaudit::apiserver::custom
