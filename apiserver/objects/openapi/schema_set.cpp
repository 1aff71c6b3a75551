#include "apiserver/objects/openapi/schema_set.hpp"

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include "apiserver/objects/tree/text_list.hpp"

namespace kaudit::apiserver::objects::openapi {
namespace {

using objects::Field;
using objects::Json;
using objects::Member;
using objects::Type;
using objects::TypeKind;

constexpr std::string_view kMeta = "io.k8s.apimachinery.pkg.apis.meta.v1.";

Json schema_of_type(std::string_view type, std::string_view format = {}) {
  Json::Object schema;
  schema.push_back({"type", Json(type)});
  if (!format.empty()) schema.push_back({"format", Json(format)});
  return Json(std::move(schema));
}

Json one_of(std::span<const std::string_view> types) {
  Json::Array alternatives;
  for (const std::string_view type : types) alternatives.push_back(schema_of_type(type));
  return Json(std::move(alternatives));
}

std::string_view text_of(objects::ListType type) noexcept {
  switch (type) {
    case objects::ListType::Atomic:
      return "atomic";
    case objects::ListType::Set:
      return "set";
    case objects::ListType::Map:
      return "map";
    case objects::ListType::Unmarked:
      break;
  }
  return "";
}

std::string_view text_of(objects::PatchStrategy strategy) noexcept {
  switch (strategy) {
    case objects::PatchStrategy::Merge:
      return "merge";
    case objects::PatchStrategy::Replace:
      return "replace";
    case objects::PatchStrategy::RetainKeys:
      return "retainKeys";
    case objects::PatchStrategy::MergeRetainKeys:
      return "merge,retainKeys";
    case objects::PatchStrategy::None:
      break;
  }
  return "";
}

/// What of OpenAPI calls granular and atomic of maps and structs alike.
std::string_view map_type(const Field& field) noexcept {
  if (field.map_type == objects::MapType::Atomic ||
      field.struct_type == objects::StructType::Atomic) {
    return "atomic";
  }
  if (field.map_type == objects::MapType::Granular ||
      field.struct_type == objects::StructType::Granular) {
    return "granular";
  }
  return "";
}

void add_extensions(Json& schema, const Field& field) {
  const auto add = [&](const char* name, std::string_view text) {
    if (!text.empty()) schema.set(name, Json(text));
  };
  add("x-kubernetes-list-type", text_of(field.list_type));
  if (!field.list_keys().empty()) {
    schema.set("x-kubernetes-list-map-keys", list_of(field.list_keys()));
  }
  add("x-kubernetes-map-type", map_type(field));
  add("x-kubernetes-patch-strategy", text_of(field.patch_strategy));
  add("x-kubernetes-patch-merge-key", field.merge_key());
}

Json gvks_of(const Type& type) {
  Json::Array list;
  for (const std::string_view gvk : type.gvks) {  // `apps/v1/Deployment`, `v1/Pod`
    const std::size_t kind = gvk.rfind('/');
    const std::string_view group_version = gvk.substr(0, kind);
    const std::size_t slash = group_version.find('/');
    const bool core = slash == std::string_view::npos;
    list.push_back(group_version_kind(core ? "" : group_version.substr(0, slash),
                                      core ? group_version : group_version.substr(slash + 1),
                                      gvk.substr(kind + 1)));
  }
  return Json(std::move(list));
}

}  // namespace

Json group_version_kind(std::string_view group, std::string_view version, std::string_view kind) {
  Json::Object gvk;
  gvk.push_back({"group", Json(group)});
  gvk.push_back({"kind", Json(kind)});
  gvk.push_back({"version", Json(version)});
  return Json(std::move(gvk));
}

Json SchemaSet::named(const std::string& name) const {
  Json::Object reference;
  const char* prefix = dialect_ == Dialect::V2 ? "#/definitions/" : "#/components/schemas/";
  reference.push_back({"$ref", Json(prefix + name)});
  return Json(std::move(reference));
}

Json SchemaSet::reference(const Type& type) {
  const std::string name = objects::openapi_name(type);
  if (schemas_.try_emplace(name).second) wanted_.push_back(&type);
  return named(name);
}

Json SchemaSet::add(const std::string& name, Json schema) {
  schemas_[name] = std::move(schema);
  return named(name);
}

Json SchemaSet::reference_to_any(const std::string& name) {
  const std::string full = std::string(kMeta) + name;
  schemas_.try_emplace(full, schema_of_type("object"));
  return named(full);
}

/// Scalars that are types of their own in Go have schemas of their own.
Json SchemaSet::scalar(const Type& type) {
  const auto own = [this](const std::string& name, Json&& schema) {
    schemas_.try_emplace(name, std::move(schema));
    return named(name);
  };
  const std::string meta(kMeta);
  switch (type.kind) {
    case TypeKind::Bool:
      return schema_of_type("boolean");
    case TypeKind::Int32:
      return schema_of_type("integer", "int32");
    case TypeKind::Int64:
      return schema_of_type("integer", "int64");
    case TypeKind::Double:
      return schema_of_type("number", "double");
    case TypeKind::Bytes:
      return schema_of_type("string", "byte");
    case TypeKind::Time:
      return own(meta + "Time", schema_of_type("string", "date-time"));
    case TypeKind::MicroTime:
      return own(meta + "MicroTime", schema_of_type("string", "date-time"));
    case TypeKind::Duration:
      return own(meta + "Duration", schema_of_type("string"));
    case TypeKind::Raw:
      return own("io.k8s.apimachinery.pkg.runtime.RawExtension", schema_of_type("object"));
    case TypeKind::FieldsV1:
      return own(meta + "FieldsV1", schema_of_type("object"));
    case TypeKind::Json:
      return own("io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON",
                 Json(Json::Object()));
    case TypeKind::Quantity: {
      static constexpr std::string_view kTypes[] = {"string", "number"};
      Json schema = schema_of_type("string");
      if (dialect_ == Dialect::V3) {
        schema = Json(Json::Object());
        schema.set("oneOf", one_of(kTypes));
      }
      return own("io.k8s.apimachinery.pkg.api.resource.Quantity", std::move(schema));
    }
    case TypeKind::IntOrString: {
      static constexpr std::string_view kTypes[] = {"integer", "string"};
      Json schema = schema_of_type("string", "int-or-string");
      if (dialect_ == Dialect::V3) {
        schema = Json(Json::Object());
        schema.set("format", Json("int-or-string"));
        schema.set("oneOf", one_of(kTypes));
      }
      return own("io.k8s.apimachinery.pkg.util.intstr.IntOrString", std::move(schema));
    }
    case TypeKind::Any:
      return Json(Json::Object());
    case TypeKind::String:
    case TypeKind::Struct:
    case TypeKind::List:
    case TypeKind::Map:
      break;
  }
  return schema_of_type("string");
}

// Types nest only as deep as the tables say.
Json SchemaSet::value(const Type& type) {
  switch (type.kind) {
    case TypeKind::Struct:
      return reference(type);
    case TypeKind::List: {
      Json schema = schema_of_type("array");
      schema.set("items", value(*type.element));
      return schema;
    }
    case TypeKind::Map: {
      Json schema = schema_of_type("object");
      schema.set("additionalProperties", value(*type.element));
      return schema;
    }
    default:
      return scalar(type);
  }
}

Json SchemaSet::property(const Member& member) {
  const Field& field = *member.field;
  Json schema = value(*field.type);
  Json extras{Json::Object()};
  if (!field.default_json().empty()) {
    if (auto given = Json::parse(field.default_json())) extras.set("default", *std::move(given));
  }
  add_extensions(extras, field);
  if (!field.enum_values().empty()) {
    // The values of a list or map are its elements'.
    Json* place = &schema;
    for (const char* inner : {"items", "additionalProperties"}) {
      if (Json* found = schema.find(inner)) place = found;
    }
    place->set("enum", list_of(field.enum_values()));
  }
  if (extras.object()->empty()) return schema;
  if (schema.find("$ref") != nullptr && dialect_ == Dialect::V3) {
    // Beside a $ref nothing counts in OpenAPI 3.0.
    Json::Array all;
    all.push_back(std::move(schema));
    schema = Json(Json::Object());
    schema.set("allOf", Json(std::move(all)));
  }
  for (Json::Member& extra : *extras.object()) schema.set(extra.name, std::move(extra.value));
  return schema;
}

Json SchemaSet::struct_schema(const Type& type) {
  // Their JSON is that of one field or another: anything.
  if (type.special != objects::Special::None) return Json(Json::Object());
  Json schema = schema_of_type("object");
  std::vector<std::string_view> required;
  Json properties{Json::Object()};
  for (const Member& member : type.members) {
    properties.set(member.name(), property(member));
    if (member.field->required) required.push_back(member.name());
  }
  properties.sort_members();
  std::ranges::sort(required);
  if (!properties.object()->empty()) schema.set("properties", std::move(properties));
  if (!required.empty()) schema.set("required", list_of(required));
  if (type.struct_type == objects::StructType::Atomic) {
    schema.set("x-kubernetes-map-type", Json("atomic"));
  }
  if (!type.gvks.empty()) schema.set("x-kubernetes-group-version-kind", gvks_of(type));
  return schema;
}

Json SchemaSet::finish() {
  while (!wanted_.empty()) {
    const Type& type = *wanted_.front();
    wanted_.pop_front();
    Json schema = struct_schema(type);
    schemas_[objects::openapi_name(type)] = std::move(schema);
  }
  Json::Object all;
  for (auto& [name, schema] : schemas_) all.push_back({name, std::move(schema)});
  schemas_.clear();
  return Json(std::move(all));
}

}  // namespace kaudit::apiserver::objects::openapi
