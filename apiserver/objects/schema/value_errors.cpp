#include "apiserver/objects/schema/value_errors.hpp"

#include <utility>

#include "apiserver/objects/patch/go_text.hpp"
#include "base/text/quote.hpp"

namespace kaudit::apiserver::objects::schema {
namespace {

std::string with_detail(std::string message, std::string_view detail) {
  if (detail.empty()) return message;
  return message.append(": ").append(detail);
}

std::string counted(std::int64_t count, std::string_view one) {
  return std::to_string(count).append(" ").append(one).append(count == 1 ? "" : "s");
}

}  // namespace

std::string shown_value(const Json& value) {
  if (value.string()) return go_quoted(*value.string());
  if (value.number() || value.boolean()) return patch::go_text(value);
  return value.dump();
}

FieldError invalid_value(std::string field, const Json& value, std::string_view detail) {
  return {"FieldValueInvalid", std::move(field),
          with_detail("Invalid value: " + shown_value(value), detail)};
}

FieldError wrong_type_value(std::string field, const Json& value, std::string_view detail) {
  return {"FieldValueTypeInvalid", std::move(field),
          with_detail("Invalid value: " + shown_value(value), detail)};
}

FieldError duplicate_value(std::string field, const Json& value) {
  return {"FieldValueDuplicate", std::move(field), "Duplicate value: " + shown_value(value)};
}

FieldError required_value(std::string field, std::string_view detail) {
  return {"FieldValueRequired", std::move(field), with_detail("Required value", detail)};
}

FieldError too_long(std::string field, std::int64_t limit) {
  return {"FieldValueTooLong", std::move(field),
          "Too long: may not be more than " + counted(limit, "byte")};
}

FieldError too_many(std::string field, std::int64_t actual, std::int64_t limit) {
  return {"FieldValueTooMany", std::move(field),
          "Too many: " + std::to_string(actual) + ": must have at most " + counted(limit, "item")};
}

FieldError unsupported_value(std::string field, const Json& value,
                             std::span<const Json> supported) {
  std::string message = "Unsupported value: " + shown_value(value) + ": supported values: ";
  bool first = true;
  for (const Json& each : supported) {
    if (!std::exchange(first, false)) message += ", ";
    append_quoted(message, each.string() ? std::string(*each.string()) : each.dump());
  }
  return {"FieldValueNotSupported", std::move(field), std::move(message)};
}

}  // namespace kaudit::apiserver::objects::schema
