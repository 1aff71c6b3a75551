#include "apiserver/reviews/access_validation.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "apiserver/objects/validate/words/label_names.hpp"

namespace kaudit::apiserver::reviews {
namespace {

using api::FieldError;
using objects::Json;
using Errors = std::vector<FieldError>;

// The value as Go's JSON of it.
FieldError invalid_value(std::string field, std::string_view json, std::string_view detail) {
  return {"FieldValueInvalid", std::move(field),
          "Invalid value: " + std::string(json) + ": " + std::string(detail)};
}

FieldError required(std::string field, std::string_view detail) {
  return {"FieldValueRequired", std::move(field), "Required value: " + std::string(detail)};
}

// A real server prints the internal type, whose members have Go's names.
std::string shown(const Json* non_resource) {
  if (non_resource == nullptr) return "null";
  Json internal{Json::Object()};
  internal.set("Path", Json(non_resource->text("path")));
  internal.set("Verb", Json(non_resource->text("verb")));
  return internal.dump();
}

const Json::Array& items(const Json& object, std::string_view member) {
  static const Json::Array kNone;
  const Json* list = object.find(member);
  return list == nullptr || list->array() == nullptr ? kNone : *list->array();
}

void check_values(const Json& requirement, const std::string& field, Errors& errors) {
  const std::string_view op = requirement.text("operator");
  const bool any = !items(requirement, "values").empty();
  if ((op == "In" || op == "NotIn") && !any) {
    errors.push_back(
        required(field + ".values", "must be specified when `operator` is 'In' or 'NotIn'"));
  }
  if ((op == "Exists" || op == "DoesNotExist") && any) {
    errors.push_back(FieldError::forbidden(
        field + ".values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
  }
}

void check_field_requirement(const Json& requirement, const std::string& field, Errors& errors) {
  if (requirement.text("key").empty()) {
    errors.push_back(required(field + ".key", "must be specified"));
  }
  check_values(requirement, field, errors);
}

void check_label_requirement(const Json& requirement, const std::string& field, Errors& errors) {
  check_values(requirement, field, errors);
  const std::string_view key = requirement.text("key");
  for (const std::string& why : objects::validate::qualified_name_errors(key)) {
    errors.push_back(FieldError::invalid(field + ".key", key, why));
  }
  std::size_t index = 0;
  for (const Json& value : items(requirement, "values")) {
    const std::string_view text = value.string() ? value.string()->view() : std::string_view();
    for (const std::string& why : objects::validate::label_value_errors(text)) {
      errors.push_back(
          FieldError::invalid(field + ".values[" + std::to_string(index) + "]", text, why));
    }
    ++index;
  }
}

using CheckRequirement = void (*)(const Json& requirement, const std::string& field,
                                  Errors& errors);

void check_selector(const Json& resource, std::string_view name, CheckRequirement check,
                    Errors& errors) {
  const Json* selector = resource.find(name);
  if (selector == nullptr) return;
  const std::string field = "spec.resourceAttributes." + std::string(name);
  const std::string_view raw = selector->text("rawSelector");
  const Json::Array& requirements = items(*selector, "requirements");
  if (!raw.empty() && !requirements.empty()) {
    errors.push_back(FieldError::invalid(field + ".rawSelector", raw,
                                         "may not specified at the same time as requirements"));
  }
  if (raw.empty() && requirements.empty()) {
    errors.push_back(
        required(field + ".requirements", "when " + field +
                                              " is specified, requirements or rawSelector is "
                                              "required"));
  }
  std::size_t index = 0;
  for (const Json& requirement : requirements) {
    check(requirement, field + ".requirements[" + std::to_string(index++) + "]", errors);
  }
}

void check_spec(const Json& spec, AccessReview kind, Errors& errors) {
  const Json* resource = spec.find("resourceAttributes");
  const Json* other = spec.find("nonResourceAttributes");
  if ((resource == nullptr) == (other == nullptr)) {
    errors.push_back(invalid_value(
        "spec", shown(other),
        "exactly one of nonResourceAttributes or resourceAttributes must be specified"));
  }
  if (kind != AccessReview::Self && spec.text("user").empty() && items(spec, "groups").empty()) {
    errors.push_back(
        FieldError::invalid("spec.user", "", "at least one of user or group must be specified"));
  }
  if (resource == nullptr) return;
  check_selector(*resource, "fieldSelector", check_field_requirement, errors);
  check_selector(*resource, "labelSelector", check_label_requirement, errors);
}

void check_metadata(const Json& metadata, AccessReview kind, Errors& errors) {
  Json rest = metadata;
  rest.erase("managedFields");
  if (kind == AccessReview::Local) rest.erase("namespace");
  if (rest.object()->empty()) return;
  errors.push_back(invalid_value(
      "metadata", metadata.dump(),
      kind == AccessReview::Local ? "must be empty except for namespace" : "must be empty"));
}

void check_place(const Json& spec, std::string_view ns, Errors& errors) {
  const Json* resource = spec.find("resourceAttributes");
  if (resource != nullptr && resource->text("namespace") != ns) {
    errors.push_back(FieldError::invalid("spec.resourceAttributes.namespace",
                                         resource->text("namespace"),
                                         "must match metadata.namespace"));
  }
  if (const Json* other = spec.find("nonResourceAttributes")) {
    errors.push_back(invalid_value("spec.nonResourceAttributes", shown(other),
                                   "disallowed on this kind of request"));
  }
}

}  // namespace

Errors access_errors(const Json& review, AccessReview kind) {
  static const Json kNone{Json::Object()};
  const Json* found = review.find("spec");
  const Json& spec = found == nullptr ? kNone : *found;
  const Json& metadata = *review.find("metadata");
  Errors errors;
  check_spec(spec, kind, errors);
  check_metadata(metadata, kind, errors);
  if (kind == AccessReview::Local) check_place(spec, metadata.text("namespace"), errors);
  return errors;
}

}  // namespace kaudit::apiserver::reviews
