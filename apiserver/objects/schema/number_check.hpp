#pragma once

#include <string>

#include "apiserver/objects/schema/schema.hpp"
#include "apiserver/objects/schema/verdict.hpp"
#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::objects::schema {

/// The range of the number's type, its bounds, what it must be a multiple of. (kube-openapi
/// pkg/validation/validate numberValidator)
Verdict check_number(const Schema& schema, const Json::Number& number, const std::string& path);

/// Whether a float64 stands for an integer that JSON can hold. (go-openapi/swag
/// IsFloat64AJSONInteger)
bool is_json_integer(double value) noexcept;

}  // namespace kaudit::apiserver::objects::schema
