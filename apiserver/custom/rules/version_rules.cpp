#include "apiserver/custom/rules/version_rules.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "apiserver/custom/rules/props.hpp"
#include "apiserver/custom/rules/schema_rules.hpp"
#include "apiserver/objects/schema/schema.hpp"
#include "apiserver/objects/validate/words/name_rules.hpp"
#include "base/text/list.hpp"
#include "base/text/unicode.hpp"

namespace kaudit::apiserver::custom {
namespace {

using objects::Json;

constexpr std::size_t kMaxSelectable = 8;

/// Parts of versions that stand in the spec where all versions have the same.
bool is_shared(const Json& spec, std::string_view part) {
  const auto versions = list_of(spec, "versions");
  if (versions.empty()) return false;
  const Json* const first = versions.front().find(part);
  return std::ranges::all_of(versions, [&](const Json& version) {
    const Json* const own = version.find(part);
    return own == nullptr || first == nullptr ? own == first : *own == *first;
  });
}

bool has_status(const Json& version) {
  const Json* const parts = version.find("subresources");
  return parts != nullptr && parts->find("status") != nullptr;
}

// --- deprecation warnings

void check_deprecation(const Json& version, const Place& place, ErrorList& errors) {
  const Json* const given = version.find("deprecationWarning");
  if (given == nullptr || given->string() == nullptr) return;
  const std::string_view text = *given->string();
  const Place own = place.child("deprecationWarning");
  if (!is_true(version, "deprecated")) {
    errors.invalid(own, *given, "can only be set for deprecated versions");
    return;
  }
  if (text.size() > 256) errors.invalid(own, *given, "must be <= 256 characters long");
  if (text.empty()) errors.invalid(own, *given, "must not be an empty string");
  std::size_t at = 0;
  while (at < text.size()) {
    const Rune rune = decode_rune(std::string_view(text).substr(at));
    if (!is_printable(rune.code_point)) {
      errors.invalid(own, *given,
                     "must only contain printable UTF-8 characters; non-printable character found "
                     "at index " +
                         std::to_string(at));
      return;
    }
    at += rune.size;
  }
}

// --- paths

void check_path(std::string_view path, const Place& place, std::string_view prefix,
                std::string_view why, ErrorList& errors) {
  if (path.empty()) {
    errors.required(place);
  } else if (!path.starts_with('.')) {
    errors.invalid(place, Json(path), "must be a simple json path starting with .");
  } else if (!path.starts_with(prefix)) {
    errors.invalid(place, Json(path), why);
  }
}

void check_subresources(const Json& version, const Place& place, ErrorList& errors) {
  const Json* const parts = version.find("subresources");
  const Json* const scale = parts != nullptr ? parts->find("scale") : nullptr;
  if (scale == nullptr) return;
  const Place own = place.child("scale");
  check_path(text_of(*scale, "specReplicasPath"), own.child("specReplicasPath"), ".spec.",
             "should be a json path under .spec", errors);
  check_path(text_of(*scale, "statusReplicasPath"), own.child("statusReplicasPath"), ".status.",
             "should be a json path under .status", errors);
  const std::string_view selector = text_of(*scale, "labelSelectorPath");
  if (selector.empty()) return;
  const Place at = own.child("labelSelectorPath");
  const bool below = selector.starts_with(".spec.") || selector.starts_with(".status.");
  if (!selector.starts_with('.')) {
    errors.invalid(at, Json(selector), "must be a simple json path starting with .");
  } else if (!below) {
    errors.invalid(at, Json(selector), "should be a json path under either .spec or .status");
  }
}

void check_columns(const Json& version, const Place& place, ErrorList& errors) {
  constexpr std::string_view kTypes[] = {"boolean", "date", "integer", "number", "string"};
  constexpr std::string_view kFormats[] = {"byte",  "date",  "date-time", "double",
                                           "float", "int32", "int64",     "password"};
  std::size_t i = 0;
  for (const Json& column : list_of(version, "additionalPrinterColumns")) {
    const Place own = place.index(i++);
    if (text_of(column, "name").empty()) errors.required(own.child("name"));
    const std::string_view type = text_of(column, "type");
    const std::string types = "must be one of " + joined(kTypes, ",");
    if (type.empty()) {
      errors.required(own.child("type"), types);
    } else if (std::ranges::find(kTypes, type) == std::end(kTypes)) {
      errors.invalid(own.child("type"), Json(type), types);
    }
    const std::string_view format = text_of(column, "format");
    if (!format.empty() && std::ranges::find(kFormats, format) == std::end(kFormats)) {
      errors.invalid(own.child("format"), Json(format), "must be one of " + joined(kFormats, ","));
    }
    check_path(text_of(column, "jsonPath"), own.child("JSONPath"), ".", "", errors);
  }
}

// --- selectable fields

// The schema at a path of members; null where there is none.
const Json* schema_at(const Json& props, std::string_view path) {
  const Json* schema = &props;
  if (path.starts_with('.')) path.remove_prefix(1);
  for (const std::string_view name : split(path, '.')) {
    const Json* const properties = schema_of(*schema, "properties");
    const Json* next = properties != nullptr ? properties->find(name) : nullptr;
    if (next == nullptr) next = schema_of(*schema, "additionalProperties");
    if (next == nullptr) return nullptr;
    schema = next;
  }
  return schema;
}

void check_selectable(const Json& version, const Place& place, ErrorList& errors) {
  const auto fields = list_of(version, "selectableFields");
  if (fields.empty()) return;
  const Json* const wrapper = version.find("schema");
  const Json* const props = wrapper != nullptr ? schema_of(*wrapper, "openAPIV3Schema") : nullptr;
  if (props == nullptr) return;  // a schema is required anyway
  std::set<std::string, std::less<>> seen;
  std::size_t i = 0;
  for (const Json& field : fields) {
    const Place own = place.index(i++).child("jsonPath");
    const std::string_view path = text_of(field, "jsonPath");
    if (path.empty()) {
      errors.required(own);
      continue;
    }
    const Json* const schema = schema_at(*props, path);
    if (schema == nullptr) {
      errors.invalid(own, Json(path), "is an invalid path: does not refer to a valid field");
      continue;
    }
    if (path == ".metadata" || path.starts_with(".metadata.")) {
      errors.invalid(own, Json(path), "must not point to fields in metadata");
    }
    const std::string_view type = text_of(*schema, "type");
    if (type != "string" && type != "boolean" && type != "integer") {
      errors.invalid(own, Json(path),
                     "must point to a field of type string, boolean or integer. Enum string fields "
                     "and strings with formats are allowed.");
    }
    if (!seen.emplace(path).second) {
      errors.add(objects::schema::duplicate_value(own.text(), Json(path)));
    }
  }
  if (seen.size() > kMaxSelectable) {
    errors.add(objects::schema::too_many(place.text(), static_cast<std::int64_t>(seen.size()),
                                         kMaxSelectable));
  }
}

// --- schemas

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

void check_version_schema(const Json& version, bool status, const Place& place, ErrorList& errors) {
  const Json* const wrapper = version.find("schema");
  const Json* const props = wrapper != nullptr ? schema_of(*wrapper, "openAPIV3Schema") : nullptr;
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

// A version as a real server's error shows it, with what stands in the spec instead left out.
Json shown_versions(const Json& spec) {
  Json::Array shown;
  for (const Json& version : list_of(spec, "versions")) {
    Json each{Json::Object()};
    each.set("Name", Json(text_of(version, "name")));
    each.set("Served", Json(is_true(version, "served")));
    each.set("Storage", Json(is_true(version, "storage")));
    each.set("Deprecated", Json(is_true(version, "deprecated")));
    const Json* const warning = version.find("deprecationWarning");
    each.set("DeprecationWarning", warning != nullptr ? *warning : Json());
    const auto part = [&](std::string_view name, std::string_view own) {
      const Json* const value = is_shared(spec, own) ? nullptr : version.find(own);
      each.set(name, value != nullptr ? *value : Json());
    };
    part("Schema", "schema");
    part("Subresources", "subresources");
    part("AdditionalPrinterColumns", "additionalPrinterColumns");
    part("SelectableFields", "selectableFields");
    shown.push_back(std::move(each));
  }
  return Json(std::move(shown));
}

}  // namespace

void check_versions(const Json& spec, ErrorList& errors) {
  const Place versions("spec.versions");
  const auto list = list_of(spec, "versions");
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Json* const wrapper = list[i].find("schema");
    if (wrapper != nullptr && schema_of(*wrapper, "openAPIV3Schema") != nullptr) continue;
    errors.required(versions.index(i).child("schema").child("openAPIV3Schema"));
  }
  std::size_t storage = 0;
  std::set<std::string, std::less<>> names;
  bool unique = true;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Json& version = list[i];
    const Place place = versions.index(i);
    if (is_true(version, "storage")) ++storage;
    const std::string_view name = text_of(version, "name");
    unique = names.emplace(name).second && unique;
    const auto faults = objects::validate::name_errors(objects::NameRule::Dns1035Label, name);
    if (!faults.empty()) errors.invalid(place.child("name"), Json(name), joined(faults, ","));
    check_deprecation(version, place, errors);
    if (!is_shared(spec, "schema")) {
      check_version_schema(version, has_status(version), place.child("schema"), errors);
    }
    if (!is_shared(spec, "subresources")) {
      check_subresources(version, place.child("subresources"), errors);
    }
    if (!is_shared(spec, "additionalPrinterColumns")) {
      check_columns(version, place.child("additionalPrinterColumns"), errors);
    }
    if (!is_shared(spec, "selectableFields")) {
      check_selectable(version, place.child("selectableFields"), errors);
    }
  }
  if (!list.empty()) {
    // The first one has its name in the spec as well.
    const std::string_view first = text_of(list.front(), "name");
    const auto faults = objects::validate::name_errors(objects::NameRule::Dns1035Label, first);
    if (!first.empty() && !faults.empty()) {
      errors.invalid(Place("spec.version"), Json(first), joined(faults, ","));
    }
  }
  if (!unique) {
    errors.invalid(versions, shown_versions(spec), "must contain unique version names");
  }
  if (storage != 1) {
    errors.invalid(versions, shown_versions(spec),
                   "must have exactly one version marked as storage version");
  }
}

void check_shared_parts(const Json& spec, ErrorList& errors) {
  const auto list = list_of(spec, "versions");
  if (list.empty()) return;
  const Json& first = list.front();
  const Place place("spec");
  if (is_shared(spec, "schema")) {
    const bool any_status = std::ranges::any_of(list, has_status);
    check_version_schema(first, any_status, place.child("validation"), errors);
  }
  if (is_shared(spec, "subresources")) {
    check_subresources(first, place.child("subresources"), errors);
  }
  if (is_shared(spec, "additionalPrinterColumns")) {
    check_columns(first, place.child("additionalPrinterColumns"), errors);
  }
  if (is_shared(spec, "selectableFields")) {
    check_selectable(first, place.child("selectableFields"), errors);
  }
}

}  // namespace kaudit::apiserver::custom
