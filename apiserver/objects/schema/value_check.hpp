#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "apiserver/objects/schema/schema.hpp"
#include "apiserver/objects/schema/value_errors.hpp"
#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::objects::schema {

/// What of a value does not fit its schema. `place`: where it is in the object ("" for the object
/// itself). With `before`, the value as it is stored, what is wrong with parts that do not change
/// is no error. (apiextensions pkg/apiserver/validation ValidateCustomResource,
/// ValidateCustomResourceUpdate; kube-openapi pkg/validation/validate)
std::vector<FieldError> check_value(const Schema& schema, const Json& value, std::string_view place,
                                    const Json* before = nullptr);

/// Lists that must not hold an element, or one of that key, twice. (apiextensions
/// pkg/apiserver/schema/listtype)
std::vector<FieldError> check_lists(const Schema& schema, const Json& value);

}  // namespace kaudit::apiserver::objects::schema
