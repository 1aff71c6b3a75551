#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "apiserver/objects/tree/json.hpp"
#include "apiserver/objects/validate/words/field_error.hpp"

namespace kaudit::apiserver::objects::schema {

using validate::FieldError;

// Errors that show a value, whatever it is. (apimachinery pkg/util/validation/field ErrorBody)

/// A value as such an error shows it: text quoted, numbers by %v, the rest as JSON.
std::string shown_value(const Json& value);

FieldError invalid_value(std::string field, const Json& value, std::string_view detail);
FieldError wrong_type_value(std::string field, const Json& value, std::string_view detail);
FieldError duplicate_value(std::string field, const Json& value);
/// `Required value`, with `: detail` where there is one.
FieldError required_value(std::string field, std::string_view detail = "");
FieldError too_long(std::string field, std::int64_t limit);
FieldError too_many(std::string field, std::int64_t actual, std::int64_t limit);
FieldError unsupported_value(std::string field, const Json& value, std::span<const Json> supported);

}  // namespace kaudit::apiserver::objects::schema
