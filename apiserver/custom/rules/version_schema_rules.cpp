#include "apiserver/custom/rules/version_schema_rules.hpp"

#include <algorithm>
#include <iterator>
#include <string>

#include "apiserver/custom/rules/props.hpp"
#include "apiserver/custom/rules/schema_rules.hpp"
#include "apiserver/objects/schema/schema.hpp"

namespace kaudit::apiserver::custom {
namespace {

using objects::Json;

// At the root of a schema, when status has a URL of its own, so that its rules can be taken apart.
void check_root(const Json& props, const Place& place, ErrorList& errors) {
  constexpr std::string_view kAllowed[] = {"description",
                                           "type",
                                           "format",
                                           "title",
                                           "maximum",
                                           "exclusiveMaximum",
                                           "minimum",
                                           "exclusiveMinimum",
                                           "maxLength",
                                           "minLength",
                                           "pattern",
                                           "maxItems",
                                           "minItems",
                                           "uniqueItems",
                                           "multipleOf",
                                           "required",
                                           "items",
                                           "properties",
                                           "externalDocs",
                                           "example",
                                           "x-kubernetes-preserve-unknown-fields",
                                           "x-kubernetes-validations"};
  for (const Json::Member& member : *props.object()) {
    if (member.name == "type" && text_of(props, "type") != "object") {
      errors.invalid(place.child("type"), member.value,
                     "only \"object\" is allowed as the type at the root of the schema if the "
                     "status subresource is enabled");
      return;
    }
    if (std::ranges::find(kAllowed, member.name.view()) != std::end(kAllowed)) continue;
    errors.invalid(
        place, props,
        "only [Description Type Format Title Maximum ExclusiveMaximum Minimum ExclusiveMinimum "
        "MaxLength MinLength Pattern MaxItems MinItems UniqueItems MultipleOf Required Items "
        "Properties ExternalDocs Example XPreserveUnknownFields XValidations] fields are allowed "
        "at the root of the schema if the status subresource is enabled");
    return;
  }
}

// What no structural schema has; one with it is not looked at as such. (NewStructural)
std::string unsupported_field(const Json& root) {
  std::string found;
  any_schema(root, [&found](const Json& props) {
    for (const std::string_view name : {"id", "$schema", "$ref", "patternProperties",
                                        "dependencies", "additionalItems", "definitions"}) {
      if (props.find(name) == nullptr) continue;
      found = name == "$schema" ? "schema" : name;
      return true;
    }
    const Json* const keeps = props.find("x-kubernetes-preserve-unknown-fields");
    if (keeps != nullptr && keeps->boolean() && !*keeps->boolean()) {
      found = "x-kubernetes-preserve-unknown-fields: false";
    } else if (!list_of(props, "items").empty()) {
      found = "items";
    }
    return !found.empty();
  });
  return found;
}

}  // namespace

const Json* schema_of_version(const Json& version) {
  const Json* const wrapper = version.find("schema");
  return wrapper != nullptr ? schema_of(*wrapper, "openAPIV3Schema") : nullptr;
}

void check_version_schema(const Json& version, bool status, const Place& place, ErrorList& errors) {
  const Json* const props = schema_of_version(version);
  if (props == nullptr) return;
  const Place own = place.child("openAPIV3Schema");
  const auto schema = objects::schema::read_schema(*props);
  if (!schema) {
    errors.invalid(own, Json(""), schema.error().message);
    return;
  }
  ErrorList found;
  if (status) check_root(*props, own, found);
  if (is_true(*props, "nullable")) {
    found.forbidden(own.child("nullable"), "nullable cannot be true at the root");
  }
  const std::string unsupported = unsupported_field(*props);
  if (unsupported.empty()) {
    ErrorList structure;
    check_structure(*props, own, structure);
    if (structure.empty()) {
      check_defaults(*schema, own, found);
    } else {
      found.add_all(structure.take());
    }
  }
  check_schema(*props, own, found);
  // Most of these have errors of their own by now.
  if (found.empty() && !unsupported.empty()) {
    found.invalid(own, Json(""), "OpenAPIV3Schema '" + unsupported + "' is not supported");
  }
  errors.add_all(found.take());
}

}  // namespace kaudit::apiserver::custom
