#include "apiserver/custom/instance.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <limits>
#include <utility>

#include "apiserver/custom/nested_value.hpp"
#include "apiserver/objects/schema/embedded_objects.hpp"
#include "apiserver/objects/schema/prune.hpp"
#include "apiserver/objects/schema/unstructured.hpp"
#include "apiserver/objects/schema/value_check.hpp"

namespace kaudit::apiserver::custom {
namespace {

using objects::Json;
namespace schema = objects::schema;
using Errors = std::vector<FieldError>;

void append(Errors& errors, Errors more) {
  errors.insert(errors.end(), std::make_move_iterator(more.begin()),
                std::make_move_iterator(more.end()));
}

void complain(std::vector<std::string>& complaints, const std::vector<std::string>& paths) {
  for (const std::string& path : paths) complaints.push_back("unknown field \"" + path + "\"");
}

// A number of replicas that a Scale could show.
void check_replicas(const std::string& place, const std::vector<std::string>& path,
                    const Json& object, Errors& errors) {
  const auto value = nested_integer(object, path);
  if (!value) {
    errors.push_back(schema::invalid_value(place, Json(std::int64_t{0}), value.error().message));
    return;
  }
  const std::int64_t number = value->value_or(0);
  constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();
  if (number < 0) {
    errors.push_back(
        schema::invalid_value(place, Json(number), "should be a non-negative integer"));
  } else if (number > kMost) {
    errors.push_back(schema::invalid_value(
        place, Json(number), "should be less than or equal to " + std::to_string(kMost)));
  }
}

void check_scale_spec(const Version& version, const Json& object, Errors& errors) {
  if (!version.scale) return;
  check_replicas(version.scale->replicas_text, version.scale->replicas, object, errors);
}

void check_scale_status(const Version& version, const Json& object, Errors& errors) {
  if (!version.scale) return;
  const ScalePaths& paths = *version.scale;
  check_replicas(paths.status_replicas_text, paths.status_replicas, object, errors);
  if (paths.selector_text.empty()) return;
  if (const auto text = nested_text(object, paths.selector); !text) {
    errors.push_back(schema::invalid_value(paths.selector_text, Json(""), text.error().message));
  }
}

// With such errors a real server does not look at its rules, and says so.
bool hides_rules(const FieldError& error) {
  constexpr std::string_view kHiding[] = {"FieldValueNotSupported", "FieldValueRequired",
                                          "FieldValueTooLong", "FieldValueTooMany",
                                          "FieldValueTypeInvalid"};
  return std::ranges::find(kHiding, error.reason) != std::end(kHiding);
}

void note_hidden_rules(const Version& version, Errors& errors) {
  if (!version.schema || !version.schema->has_rules) return;
  if (std::ranges::none_of(errors, hides_rules)) return;
  errors.push_back(schema::invalid_value(
      "<nil>", Json(),
      "some validation rules were not checked because the object was invalid; correct the "
      "existing errors to complete validation"));
}

}  // namespace

Result<Instance> read_instance(const Version& version, Json sent) {
  Instance instance;
  Json& object = sent;
  schema::make_unstructured(object);
  auto unknown = schema::coerce_metadata(object);
  if (!unknown) return tl::unexpected(unknown.error());
  complain(instance.complaints, *unknown);
  const objects::Resource& resource = *version.resource;
  if (object.text("kind") == resource.kind && object.text("apiVersion") == resource.api_version) {
    const schema::Schema* const rules = version.schema_or_null();
    complain(instance.complaints, schema::prune(object, rules));
    schema::drop_nulls(object, rules);
    auto embedded = schema::coerce_embedded(object, rules);
    if (!embedded) return tl::unexpected(embedded.error());
    complain(instance.complaints, *embedded);
    if (!schema::set_defaults(object, rules)) {
      return fail("the defaults of its schema would add more than " +
                  std::to_string(schema::kMostDefaultBytes) + " bytes to the object");
    }
    schema::make_unstructured(object);
  }
  instance.object = std::move(object);
  return instance;
}

Json in_form_of(const Version& version, Json stored) {
  const schema::Schema* const rules = version.schema_or_null();
  stored.set("apiVersion", Json(version.resource->api_version));
  schema::prune(stored, rules);
  schema::drop_nulls(stored, rules);
  schema::repair_metadata(stored, rules);
  // Too many are too many already when an object is sent; a later definition may leave some out.
  static_cast<void>(schema::set_defaults(stored, rules));
  schema::make_unstructured(stored);
  return stored;
}

Errors errors_of_type(const Version& version, const Json& object) {
  Errors errors;
  const objects::Resource& resource = *version.resource;
  const auto check = [&](std::string_view name, std::string_view wanted) {
    const std::string_view given = object.text(name);
    if (given == wanted) return;
    errors.push_back(schema::invalid_value(std::string(name), Json(given),
                                           std::string("must be ").append(wanted)));
  };
  check("kind", resource.kind);
  check("apiVersion", resource.api_version);
  return errors;
}

Errors errors_of_new(const Version& version, const Json& object) {
  Errors errors;
  if (version.schema) append(errors, schema::check_value(*version.schema, object, ""));
  check_scale_spec(version, object, errors);
  check_scale_status(version, object, errors);
  if (version.schema) {
    append(errors, schema::check_embedded(*version.schema, object));
    append(errors, schema::check_lists(*version.schema, object));
  }
  note_hidden_rules(version, errors);
  return errors;
}

Errors errors_of_change(const Version& version, std::string_view part, const Json& before,
                        const Json& after) {
  Errors errors;
  const schema::Schema* const rules = version.schema_or_null();
  if (part == "status") {
    const schema::Schema* const status_rules =
        rules != nullptr ? rules->property("status") : nullptr;
    const Json* const status = after.find("status");
    if (status != nullptr && status_rules != nullptr) {
      append(errors, schema::check_value(*status_rules, *status, "status", before.find("status")));
    }
    check_scale_status(version, after, errors);
  } else {
    if (rules != nullptr) append(errors, schema::check_value(*rules, after, "", &before));
    check_scale_spec(version, after, errors);
    check_scale_status(version, after, errors);
    if (rules != nullptr) append(errors, schema::check_embedded(*rules, after));
  }
  // Lists that were wrong before may stay so.
  if (rules != nullptr && schema::check_lists(*rules, before).empty()) {
    append(errors, schema::check_lists(*rules, after));
  }
  note_hidden_rules(version, errors);
  return errors;
}

}  // namespace kaudit::apiserver::custom
