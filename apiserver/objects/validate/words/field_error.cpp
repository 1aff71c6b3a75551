#include "apiserver/objects/validate/words/field_error.hpp"

#include <utility>

#include "base/text/quote.hpp"

namespace kaudit::apiserver::objects::validate {

FieldError FieldError::invalid(std::string field, std::string_view value, std::string_view detail) {
  std::string message = "Invalid value: " + go_quoted(value);
  message.append(": ").append(detail);
  return {"FieldValueInvalid", std::move(field), std::move(message)};
}

FieldError FieldError::not_supported(std::string field, std::string_view value_shown,
                                     std::span<const std::string_view> supported) {
  std::string message("Unsupported value: ");
  message.append(value_shown).append(": supported values: ");
  bool first = true;
  for (const std::string_view value : supported) {
    if (!first) message += ", ";
    first = false;
    message += go_quoted(value);
  }
  return {"FieldValueNotSupported", std::move(field), std::move(message)};
}

FieldError FieldError::forbidden(std::string field, std::string_view detail) {
  std::string message("Forbidden: ");
  message.append(detail);
  return {"FieldValueForbidden", std::move(field), std::move(message)};
}

}  // namespace kaudit::apiserver::objects::validate
