#include "apiserver/objects/openapi/documents.hpp"

#include <algorithm>
#include <utility>

#include "apiserver/objects/kinds.hpp"
#include "apiserver/objects/openapi/path_items.hpp"
#include "apiserver/objects/openapi/schema_set.hpp"
#include "apiserver/objects/openapi/v2_protobuf.hpp"
#include "apiserver/objects/openapi/v3_protobuf.hpp"

namespace kaudit::apiserver::objects::openapi {
namespace {

using objects::Json;
using objects::Resource;

Json info(std::string_view version) {
  Json json{Json::Object()};
  json.set("title", Json("Kubernetes"));
  json.set("version", Json(version));
  return json;
}

std::string path_of(const Resource& resource) {
  return (resource.group.empty() ? "api/" : "apis/") + std::string(resource.api_version);
}

Json v2_tree(std::string_view version, std::span<const CustomKind> custom) {
  std::vector<const Resource*> resources;
  for (const Resource& resource : objects::all_resources()) resources.push_back(&resource);
  SchemaSet schemas(Dialect::V2);
  Json json{Json::Object()};
  json.set("swagger", Json("2.0"));
  json.set("info", info(version));
  json.set("paths", paths_of(resources, custom, Dialect::V2, schemas));
  json.set("definitions", schemas.finish());
  return json;
}

std::string v3_text(std::span<const Resource* const> resources, std::span<const CustomKind> custom,
                    std::string_view version) {
  SchemaSet schemas(Dialect::V3);
  Json json{Json::Object()};
  json.set("openapi", Json("3.0.0"));
  json.set("info", info(version));
  json.set("paths", paths_of(resources, custom, Dialect::V3, schemas));
  Json components{Json::Object()};
  components.set("schemas", schemas.finish());
  json.set("components", std::move(components));
  return json.dump();
}

}  // namespace

std::vector<std::string> group_version_paths() {
  std::vector<std::string> paths;
  for (const Resource& resource : objects::all_resources()) paths.push_back(path_of(resource));
  std::ranges::sort(paths);
  paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
  return paths;
}

std::string v3_document(std::string_view group_version_path, std::string_view version) {
  std::vector<const Resource*> resources;
  for (const Resource& resource : objects::all_resources()) {
    if (path_of(resource) == group_version_path) resources.push_back(&resource);
  }
  if (resources.empty()) return "";
  return v3_text(resources, {}, version);
}

std::string v3_custom_document(std::span<const CustomKind> kinds, std::string_view version) {
  return v3_text({}, kinds, version);
}

std::string v3_protobuf(std::string_view document) {
  const auto json = Json::parse(document);
  return json && json->object() ? protobuf_of_v3(*json) : "";
}

std::string v2_json(std::string_view version, std::span<const CustomKind> custom) {
  return v2_tree(version, custom).dump();
}

std::string v2_protobuf(std::string_view version, std::span<const CustomKind> custom) {
  return protobuf_of_v2(v2_tree(version, custom));
}

}  // namespace kaudit::apiserver::objects::openapi
