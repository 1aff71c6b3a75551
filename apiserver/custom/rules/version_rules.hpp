#pragma once

#include "apiserver/custom/rules/error_list.hpp"
#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::custom {

// A real server moves what all versions have in common (schema, subresources, columns, selectable
// fields) up to the spec before it looks at it, and its errors name it there: a definition with one
// version has errors at `spec.validation`, `spec.subresources` …

/// The versions: their names, flags, and what each has of its own.
void check_versions(const objects::Json& spec, ErrorList& errors);
/// What they have in common.
void check_shared_parts(const objects::Json& spec, ErrorList& errors);

}  // namespace kaudit::apiserver::custom
