#pragma once

#include <string>
#include <vector>

#include "apiserver/objects/schema/schema.hpp"
#include "apiserver/objects/schema/value_errors.hpp"
#include "apiserver/objects/tree/json.hpp"
#include "base/result.hpp"

namespace kaudit::apiserver::objects::schema {

/// Brings the metadata of an object into the form of ObjectMeta, without what that does not have.
/// Says what that was, as paths in their order. Error: the text of a member of the wrong type.
/// (apiextensions pkg/apiserver/schema/objectmeta)
Result<std::vector<std::string>> coerce_metadata(Json& object);
/// The same for the objects that its schema embeds in it, and their kind and apiVersion.
Result<std::vector<std::string>> coerce_embedded(Json& object, const Schema* schema);

/// The same for an object that is stored: what is of the wrong type is dropped.
void repair_metadata(Json& object, const Schema* schema);

/// What is wrong with embedded objects: each has a kind, an apiVersion and valid metadata.
/// (objectmeta Validate)
std::vector<FieldError> check_embedded(const Schema& schema, const Json& object);

}  // namespace kaudit::apiserver::objects::schema
