#include "apiserver/objects/openapi/custom_schema.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "apiserver/objects/types/types.hpp"

namespace kaudit::apiserver::objects::openapi {
namespace {

using objects::Json;

constexpr std::string_view kApiVersion =
    "The version of the schema that this object follows: a group and a version, `apps/v1`.";
constexpr std::string_view kKind = "What this object is: the name of a REST resource's kind.";

/// `com.example.v1.Widget` of `example.com`.
std::string schema_name(const objects::Resource& resource, std::string_view kind) {
  std::string name;
  std::string_view group = resource.group;
  while (!group.empty()) {
    const std::size_t dot = group.rfind('.');
    const std::size_t start = dot == std::string_view::npos ? 0 : dot + 1;
    name.append(group.substr(start)) += '.';
    group = group.substr(0, start == 0 ? 0 : dot);
  }
  return name.append(resource.version).append(".").append(kind);
}

Json described_text(std::string_view description) {
  Json schema{Json::Object()};
  schema.set("description", Json(description));
  schema.set("type", Json("string"));
  return schema;
}

Json reference_with(Json reference, Dialect dialect, std::string_view description) {
  Json schema{Json::Object()};
  if (dialect == Dialect::V3) {
    // Beside a $ref nothing counts in OpenAPI 3.0.
    schema.set("allOf", Json(Json::Array{std::move(reference)}));
  } else {
    schema = std::move(reference);
  }
  schema.set("description", Json(description));
  return schema;
}

bool is_true(const Json& schema, std::string_view name) {
  const Json* value = schema.find(name);
  return value != nullptr && value->boolean() && *value->boolean();
}

bool may_be_null(const Json* schema) { return schema != nullptr && is_true(*schema, "nullable"); }

// Of `required` what may not be null.
Json required_of(const Json& schema, const Json::Array& names) {
  const Json* const properties = schema.find("properties");
  Json::Array left;
  for (const Json& name : names) {
    const Json* const property =
        properties != nullptr && name.string() ? properties->find(*name.string()) : nullptr;
    if (!may_be_null(property)) left.push_back(name);
  }
  return Json(std::move(left));
}

// What Swagger 2.0 and its protobuf form have words for: alternatives and nulls are not among them.
// A value that may be null or of two types is anything, and so is, for kubectl's sake, one with
// unknown members and a list of anything. (apiextensions builder/v2 ToStructuralOpenAPIV2) Schemas
// nest only as deep as their rules allow.
Json for_v2(const Json& schema) {
  constexpr std::array<std::string_view, 18> kKept{
      "description", "format",        "enum",          "title",    "default",
      "multipleOf",  "maximum",       "minimum",       "pattern",  "exclusiveMaximum",
      "maxLength",   "minLength",     "maxItems",      "minItems", "exclusiveMinimum",
      "uniqueItems", "maxProperties", "minProperties",
  };
  const bool any = is_true(schema, "x-kubernetes-preserve-unknown-fields");
  const bool open = any || is_true(schema, "nullable") ||
                    is_true(schema, "x-kubernetes-int-or-string") ||
                    (schema.text("type") == "array" && schema.find("items") == nullptr);
  // Only an object and a list lose their type for their members' sake.
  const bool keeps_type =
      !open || (any && !is_true(schema, "nullable") && schema.text("type") != "object" &&
                schema.text("type") != "array");
  Json result{Json::Object()};
  if (!schema.object()) return result;
  for (const Json::Member& member : *schema.object()) {
    const bool kept = member.name.starts_with("x-") ||
                      std::ranges::find(kKept, member.name.view()) != kKept.end() ||
                      (member.name == "type" && keeps_type);
    if (kept) result.set(member.name, member.value);
    if (member.name == "required" && member.value.array() &&
        !may_be_null(schema.find("additionalProperties"))) {
      Json left = required_of(schema, *member.value.array());
      if (!left.array()->empty()) result.set(member.name, std::move(left));
    }
    if (!member.value.object()) continue;
    if (member.name == "properties" && !open) {
      Json properties{Json::Object()};
      for (const Json::Member& each : *member.value.object()) {
        properties.set(each.name, for_v2(each.value));
      }
      result.set(member.name, std::move(properties));
    } else if ((member.name == "items" && !open) || member.name == "additionalProperties") {
      result.set(member.name, for_v2(member.value));
    }
  }
  return result;
}

Json object_schema(const CustomKind& kind, Dialect dialect, SchemaSet& schemas) {
  Json schema{Json::Object()};
  if (kind.props != nullptr && kind.props->object()) {
    schema = dialect == Dialect::V2 ? for_v2(*kind.props) : *kind.props;
  }
  schema.set("type", Json("object"));
  Json properties{Json::Object()};
  if (const Json* given = schema.find("properties"); given != nullptr && given->object()) {
    properties = *given;
  }
  properties.set("apiVersion", described_text(kApiVersion));
  properties.set("kind", described_text(kKind));
  properties.set("metadata",
                 reference_with(schemas.reference(*objects::type_by_id("meta.v1.ObjectMeta")),
                                dialect, "Standard metadata of an object."));
  properties.sort_members();
  schema.set("properties", std::move(properties));
  const objects::Resource& resource = *kind.resource;
  schema.set(
      "x-kubernetes-group-version-kind",
      Json(Json::Array{group_version_kind(resource.group, resource.version, resource.kind)}));
  return schema;
}

Json list_schema(const CustomKind& kind, Dialect dialect, Json item, SchemaSet& schemas) {
  const objects::Resource& resource = *kind.resource;
  Json items{Json::Object()};
  items.set("description", Json("The objects."));
  items.set("items", std::move(item));
  items.set("type", Json("array"));
  Json properties{Json::Object()};
  properties.set("apiVersion", described_text(kApiVersion));
  properties.set("items", std::move(items));
  properties.set("kind", described_text(kKind));
  properties.set("metadata",
                 reference_with(schemas.reference(*objects::type_by_id("meta.v1.ListMeta")),
                                dialect, "Standard metadata of a list."));
  Json schema{Json::Object()};
  schema.set("description",
             Json(std::string(resource.list_kind) + " is a list of " + std::string(resource.kind)));
  schema.set("properties", std::move(properties));
  schema.set("required", Json(Json::Array{Json("items")}));
  schema.set("type", Json("object"));
  schema.set(
      "x-kubernetes-group-version-kind",
      Json(Json::Array{group_version_kind(resource.group, resource.version, resource.list_kind)}));
  return schema;
}

}  // namespace

CustomReferences add_custom_kind(const CustomKind& kind, Dialect dialect, SchemaSet& schemas) {
  const objects::Resource& resource = *kind.resource;
  CustomReferences references;
  references.object =
      schemas.add(schema_name(resource, resource.kind), object_schema(kind, dialect, schemas));
  references.list = schemas.add(schema_name(resource, resource.list_kind),
                                list_schema(kind, dialect, references.object, schemas));
  return references;
}

}  // namespace kaudit::apiserver::objects::openapi
