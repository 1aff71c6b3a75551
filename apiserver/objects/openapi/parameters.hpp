#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "apiserver/objects/openapi/schema_set.hpp"
#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::objects::openapi {

/// What a verb takes in its query.
enum class QueryOptions : std::uint8_t {
  None,
  List,
  Get,
  Create,
  Update,
  Patch,
  Delete,
  DeleteCollection
};

/// Appends the parameters of a query to an operation's list.
void append_query(objects::Json::Array& parameters, QueryOptions options, Dialect dialect);
/// Appends a part of the path: `name`, `namespace`.
void append_path(objects::Json::Array& parameters, std::string_view name, Dialect dialect);

}  // namespace kaudit::apiserver::objects::openapi
