#pragma once

#include <functional>
#include <span>
#include <string_view>

#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::custom {

// JSONSchemaProps as they are stored in a definition: only what is not empty is there.

inline std::string_view text_of(const objects::Json& props, std::string_view name) {
  return props.text(name);
}
bool is_true(const objects::Json& props, std::string_view name);
/// The elements of a member that is a list.
std::span<const objects::Json> list_of(const objects::Json& props, std::string_view name);
/// The members of a member that is an object.
std::span<const objects::Json::Member> members_of(const objects::Json& props,
                                                  std::string_view name);
/// A member that is a schema itself; null when it is none, or a flag or a list.
const objects::Json* schema_of(const objects::Json& props, std::string_view name);

/// Whether a schema, or one in it, is so. (apiextensions validation SchemaHas)
bool any_schema(const objects::Json& props,
                const std::function<bool(const objects::Json& schema)>& is_so);

}  // namespace kaudit::apiserver::custom
