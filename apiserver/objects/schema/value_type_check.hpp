#pragma once

#include <string>

#include "apiserver/objects/schema/schema.hpp"
#include "apiserver/objects/schema/verdict.hpp"
#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::objects::schema {

/// Whether a schema says of what type its values are.
bool says_type(const Schema& schema) noexcept;

/// The type of a value, and the format in which Go holds it. (kube-openapi pkg/validation/validate
/// typeValidator)
Verdict check_type(const Schema& schema, const Json& value, const std::string& path);

}  // namespace kaudit::apiserver::objects::schema
