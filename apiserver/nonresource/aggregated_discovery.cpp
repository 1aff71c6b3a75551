#include "apiserver/nonresource/aggregated_discovery.hpp"

#include <string_view>

#include <nlohmann/json.hpp>

#include "apiserver/objects/kinds.hpp"
#include "apiserver/request/accept.hpp"

namespace kaudit::apiserver::nonresource {
namespace {

using objects::Resource;
using Json = nlohmann::ordered_json;

constexpr std::string_view kGroup = "apidiscovery.k8s.io";
constexpr std::string_view kKind = "APIGroupDiscoveryList";

/// A kind of the resource's own group and version goes without them; clients fill them in. Those
/// of definitions have them.
Json response_kind(const Resource& resource, std::string_view group, std::string_view version,
                   std::string_view kind) {
  const bool own = !resource.is_custom() && group == resource.group && version == resource.version;
  return {{"group", own ? "" : group}, {"version", own ? "" : version}, {"kind", kind}};
}

Json aggregated_subresource(const Resource& parent, const objects::Subresource& sub) {
  return {{"subresource", sub.name},
          {"responseKind", response_kind(parent, sub.group, sub.version, sub.kind)},
          {"verbs", sub.verbs}};
}

Json aggregated_resource(const ServedKind& kind) {
  const Resource& resource = *kind.resource;
  Json entry = {
      {"resource", resource.name},
      {"responseKind", response_kind(resource, resource.group, resource.version, resource.kind)},
      {"scope", resource.namespaced() ? "Namespaced" : "Cluster"},
      {"singularResource", resource.singular},
      {"verbs", verbs_of(kind)}};
  if (!resource.short_names.empty()) entry["shortNames"] = resource.short_names;
  if (!resource.categories.empty()) entry["categories"] = resource.categories;
  if (resource.subresources.empty()) return entry;
  Json& subresources = entry["subresources"] = Json::array();
  for (const auto& sub : resource.subresources) {
    subresources.push_back(aggregated_subresource(resource, sub));
  }
  return entry;
}

Json new_group(std::string_view name) {
  Json metadata = Json::object();
  if (!name.empty()) metadata["name"] = name;
  return {{"metadata", std::move(metadata)}, {"versions", Json::array()}};
}

// The entries of a list of resources that is ordered by group, version and name.
Json group_entries(DiscoveryRoot root, std::span<const ServedKind> kinds) {
  Json groups = Json::array();
  const Resource* before = nullptr;
  for (const ServedKind& kind : kinds) {
    const Resource& resource = *kind.resource;
    if (resource.group.empty() != (root == DiscoveryRoot::Core)) continue;
    const bool same_group = before != nullptr && before->group == resource.group;
    if (!same_group) groups.push_back(new_group(resource.group));
    Json& versions = groups.back()["versions"];
    if (!same_group || before->version != resource.version) {
      versions.push_back({{"version", resource.version}, {"resources", Json::array()}});
    }
    versions.back()["resources"].push_back(aggregated_resource(kind));
    before = &resource;
  }
  for (Json& group : groups) {
    for (Json& version : group["versions"]) version["freshness"] = "Current";
  }
  return groups;
}

}  // namespace

std::optional<Serialization> wanted_discovery(const http::Headers& headers) {
  for (const request::AcceptClause& clause :
       request::parse_accept(headers.first("Accept").value_or(""))) {
    if (clause.parameter("g") != kGroup || clause.parameter("as") != kKind) continue;
    if (clause.parameter("v") != "v2") continue;
    if (const auto serialization = serialization_of(clause)) return serialization;
  }
  return std::nullopt;
}

std::string discovery_media_type(ObjectFormat format) {
  std::string type(media_type(format));
  return type.append(";g=").append(kGroup).append(";v=v2;as=").append(kKind);
}

std::string aggregated_document(DiscoveryRoot root, std::span<const ServedKind> kinds) {
  const Json document = {
      {"kind", kKind},
      {"apiVersion", std::string(kGroup) + "/v2"},
      {"metadata", Json::object()},
      {"items", group_entries(root, kinds)},
  };
  return document.dump();
}

}  // namespace kaudit::apiserver::nonresource
