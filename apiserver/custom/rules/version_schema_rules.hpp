#pragma once

#include "apiserver/custom/rules/error_list.hpp"
#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::custom {

/// What a version says of its objects (`schema.openAPIV3Schema`); null when it says nothing.
const objects::Json* schema_of_version(const objects::Json& version);

/// A version's schema as a whole: what its root may have, whether it is structural, its defaults,
/// and what is allowed in it at all. `status`: the version has that subresource, or one of those
/// has it that share the schema. (validateCustomResourceDefinitionValidation)
void check_version_schema(const objects::Json& version, bool status, const Place& place,
                          ErrorList& errors);

}  // namespace kaudit::apiserver::custom
