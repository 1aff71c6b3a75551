#pragma once

#include <span>
#include <string_view>

#include "apiserver/objects/kinds.hpp"
#include "apiserver/objects/openapi/custom_schema.hpp"
#include "apiserver/objects/openapi/schema_set.hpp"
#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::objects::openapi {

/// The `paths` of the resources: each with the operations that it allows, their parameters, bodies
/// and answers, and `x-kubernetes-action` and `-group-version-kind`, by which kubectl finds a
/// resource's kind and what the server supports (dryRun, fieldValidation). The schemas that they
/// refer to are added to the set.
objects::Json paths_of(std::span<const objects::Resource* const> resources,
                       std::span<const CustomKind> custom, Dialect dialect, SchemaSet& schemas);

}  // namespace kaudit::apiserver::objects::openapi
