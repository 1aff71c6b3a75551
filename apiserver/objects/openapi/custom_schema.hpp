#pragma once

#include <span>
#include <string>

#include "apiserver/objects/kinds.hpp"
#include "apiserver/objects/openapi/schema_set.hpp"
#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::objects::openapi {

/// A custom resource as a document describes it.
struct CustomKind {
  const objects::Resource* resource;
  const objects::Json* props;  ///< its schema as it was defined (JSONSchemaProps); null for none
};

/// References to the schemas of its objects and lists, which will be in the set. (apiextensions
/// pkg/controller/openapi/builder)
struct CustomReferences {
  objects::Json object;
  objects::Json list;
};
CustomReferences add_custom_kind(const CustomKind& kind, Dialect dialect, SchemaSet& schemas);

}  // namespace kaudit::apiserver::objects::openapi
