// Discovery: which groups, versions and resources there are. The legacy documents are made here,
// once, from the table of kinds, and anew when what definitions define changes. (apimachinery
// meta/v1 APIVersions, APIGroupList, APIGroup, APIResourceList)
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "apiserver/answer.hpp"
#include "apiserver/nonresource/aggregated_discovery.hpp"
#include "apiserver/nonresource/cached_document.hpp"
#include "apiserver/nonresource/custom_documents.hpp"
#include "apiserver/nonresource/nonresource.hpp"
#include "apiserver/nonresource/served_kinds.hpp"
#include "apiserver/objects/kinds.hpp"
#include "apiserver/serialization.hpp"

namespace kaudit::apiserver::nonresource {
namespace {

using objects::Resource;
using Json = nlohmann::ordered_json;

Json group_version(std::string_view group, std::string_view version) {
  return {{"groupVersion", std::string(group) + "/" + std::string(version)}, {"version", version}};
}

Json server_addresses(const std::string& address) {
  return Json::array({{{"clientCIDR", "0.0.0.0/0"}, {"serverAddress", address}}});
}

Json resource_entry(const ServedKind& kind) {
  const Resource& resource = *kind.resource;
  Json entry = {{"name", resource.name},
                {"singularName", resource.singular},
                {"namespaced", resource.namespaced()},
                {"kind", resource.kind},
                {"verbs", verbs_of(kind)}};
  if (!resource.short_names.empty()) entry["shortNames"] = resource.short_names;
  if (!resource.categories.empty()) entry["categories"] = resource.categories;
  if (!kind.storage_hash.empty()) entry["storageVersionHash"] = kind.storage_hash;
  return entry;
}

Json subresource_entry(const Resource& parent, const objects::Subresource& sub) {
  Json entry = {{"name", std::string(parent.name) + "/" + std::string(sub.name)},
                {"singularName", ""},
                {"namespaced", parent.namespaced()}};
  if (sub.group != parent.group || sub.version != parent.version) {
    if (!sub.group.empty()) entry["group"] = sub.group;
    entry["version"] = sub.version;
  }
  entry["kind"] = sub.kind;
  entry["verbs"] = sub.verbs;
  return entry;
}

Json resource_list(const std::string& version, const std::vector<ServedKind>& kinds) {
  Json list = {{"kind", "APIResourceList"}};
  // Core's list goes without: that is how the oldest part of the API has always answered.
  if (version.find('/') != std::string::npos) list["apiVersion"] = "v1";
  list["groupVersion"] = version;
  Json& entries = list["resources"] = Json::array();
  for (const ServedKind& kind : kinds) {
    entries.push_back(resource_entry(kind));
    for (const auto& sub : kind.resource->subresources) {
      entries.push_back(subresource_entry(*kind.resource, sub));
    }
  }
  return list;
}

/// The groups but core in their order, each with its versions in theirs.
using Groups = std::vector<std::pair<std::string_view, std::vector<std::string_view>>>;

Groups named_groups(const std::vector<ServedKind>& kinds) {
  Groups groups;
  for (const ServedKind& kind : kinds) {
    const Resource& resource = *kind.resource;
    if (resource.group.empty()) continue;
    if (groups.empty() || groups.back().first != resource.group) {
      groups.push_back({resource.group, {}});
    }
    auto& versions = groups.back().second;
    if (versions.empty() || versions.back() != resource.version) {
      versions.push_back(resource.version);
    }
  }
  return groups;
}

/// Adds what APIGroup and an item of APIGroupList share: name, versions, preferredVersion.
void describe_group(Json& into, const Groups::value_type& of) {
  const auto& [group, versions] = of;
  into["name"] = group;
  Json& entries = into["versions"] = Json::array();
  for (const std::string_view version : versions) entries.push_back(group_version(group, version));
  into["preferredVersion"] = entries.front();
}

Json group_list(const Groups& groups, const std::string& address) {
  Json list = {{"kind", "APIGroupList"}, {"groups", Json::array()}};
  for (const auto& group : groups) {
    Json entry = Json::object();
    describe_group(entry, group);
    entry["serverAddressByClientCIDRs"] = server_addresses(address);
    list["groups"].push_back(std::move(entry));
  }
  return list;
}

Json core_versions(const std::string& address) {
  return {{"kind", "APIVersions"},
          {"versions", Json::array({"v1"})},
          {"serverAddressByClientCIDRs", server_addresses(address)}};
}

Json one_group(const Groups::value_type& group) {
  Json document = {{"kind", "APIGroup"}, {"apiVersion", "v1"}};
  describe_group(document, group);
  return document;
}

using Document = std::shared_ptr<const CachedDocument>;

Document document_of(std::function<std::string()> make) {
  return std::make_shared<const CachedDocument>(std::move(make));
}

Answer refuse_method(const RequestScope& scope) {
  audit::Status status = failure(405, "MethodNotAllowed",
                                 "the server does not allow this method on the requested resource");
  status.details.emplace();
  return status_answer(scope, std::move(status));
}

// Unlike other paths that are not resources, discovery is recorded with its answer.
void record(const RequestScope& scope, const std::string& document, Answer& answer) {
  if (scope.audit != nullptr && scope.audit->wants_response_object()) {
    answer.recorded_object = RawJson::trusted(document);
  }
}

Answer answer_legacy(const RequestScope& scope, const CachedDocument& document) {
  if (scope.request().method != "GET") return refuse_method(scope);
  const http::Headers& headers = scope.request().headers;
  if (!names_object_type(headers)) return status_answer(scope, not_acceptable(kObjectMediaTypes));
  auto as = negotiate_serialization(headers);
  if (!as) return status_answer(scope, no_such_form(kObjectMediaTypes));
  std::string body = serialized(scope, *as, document.text());
  Answer answer = Answer::text(200, media_type(as->format), std::move(body));
  record(scope, document.text(), answer);
  return answer;
}

// (apiserver pkg/endpoints/discovery/aggregated ServeHTTPWithETag)
Answer answer_aggregated(const RequestScope& scope, const CachedDocument& document,
                         Serialization as) {
  if (scope.request().method != "GET") return refuse_method(scope);
  Answer answer(http::Response(200));
  http::Response& response = answer.response;
  response.headers.set("Etag", document.etag());
  response.headers.set("Vary", "Accept");
  response.headers.set("Cache-Control", "public");
  if (scope.request().headers.first("If-None-Match").value_or("") == document.etag()) {
    response.status = 304;
  } else {
    record(scope, document.text(), answer);
    response.body = serialized(scope, as, document.text());
    response.headers.set("Content-Type", discovery_media_type(as.format));
  }
  return answer;
}

using Kinds = std::shared_ptr<const std::vector<ServedKind>>;

/// A root of the API in its two forms.
struct Root {
  Document legacy;
  Document aggregated;
};

Root root_of(DiscoveryRoot root, const Kinds& kinds, std::function<std::string()> legacy) {
  return {document_of(std::move(legacy)),
          document_of([root, kinds] { return aggregated_document(root, *kinds); })};
}

Answer answer_root(const RequestScope& scope, const Root& root) {
  const auto as = wanted_discovery(scope.request().headers);
  if (!as) return answer_legacy(scope, *root.legacy);
  return answer_aggregated(scope, *root.aggregated, *as);
}

std::map<std::string, std::vector<ServedKind>> by_version(const std::vector<ServedKind>& kinds) {
  std::map<std::string, std::vector<ServedKind>> versions;
  for (const ServedKind& kind : kinds) {
    versions[std::string(kind.resource->api_version)].push_back(kind);
  }
  return versions;
}

// Names of documents that are no paths.
constexpr const char* kLegacyRoot = "legacy";
constexpr const char* kAggregatedRoot = "aggregated";

/// The documents that definitions change, and those that they add, by path.
CustomDocuments::Documents documents_of(const custom::Registry& definitions,
                                        const std::function<std::string()>& address) {
  const Kinds kinds = std::make_shared<const std::vector<ServedKind>>(served_kinds(definitions));
  const Groups all_groups = named_groups(*kinds);
  const Root root = root_of(DiscoveryRoot::Groups, kinds, [address, kinds, all_groups] {
    return group_list(all_groups, address()).dump();
  });
  CustomDocuments::Documents documents{{kLegacyRoot, root.legacy},
                                       {kAggregatedRoot, root.aggregated}};
  const std::vector<ServedKind> custom = custom_kinds(definitions);
  for (const auto& group : named_groups(custom)) {
    documents["/apis/" + std::string(group.first)] =
        document_of([group] { return one_group(group).dump(); });
  }
  for (auto& [version, of_version] : by_version(custom)) {
    documents["/apis/" + version] =
        document_of([version = version, of_version = std::move(of_version)] {
          return resource_list(version, of_version).dump();
        });
  }
  return documents;
}

}  // namespace

void NonResource::add_discovery() {
  const auto address = [this] { return options_.server_address ? options_.server_address() : ""; };
  const auto add_root = [this](std::string path, Root root) {
    add(std::move(path),
        [root = std::move(root)](RequestScope& scope) { return ready(answer_root(scope, root)); });
  };
  const auto add_document = [this](std::string path, std::function<std::string()> make) {
    add(std::move(path), [document = document_of(std::move(make))](RequestScope& scope) {
      return ready(answer_legacy(scope, *document));
    });
  };
  const Kinds kinds =
      std::make_shared<const std::vector<ServedKind>>(served_kinds(custom::Registry()));
  const Groups groups = named_groups(*kinds);
  add_root("/api", root_of(DiscoveryRoot::Core, kinds,
                           [address] { return core_versions(address()).dump(); }));
  const Root root = root_of(DiscoveryRoot::Groups, kinds,
                            [address, groups] { return group_list(groups, address()).dump(); });
  discovery_ = std::make_shared<const CustomDocuments>(
      options_.definitions,
      [address](const custom::Registry& definitions, const CustomDocuments::Documents& /*before*/) {
        return documents_of(definitions, address);
      });
  add("/apis", [this, root](RequestScope& scope) {
    if (discovery_->none()) return ready(answer_root(scope, root));
    const Root now{discovery_->find(kLegacyRoot), discovery_->find(kAggregatedRoot)};
    return ready(answer_root(scope, now));
  });
  for (const auto& group : groups) {
    add_document("/apis/" + std::string(group.first), [group] { return one_group(group).dump(); });
  }
  for (auto& [version, of_version] : by_version(*kinds)) {
    const std::string prefix = of_version.front().resource->group.empty() ? "/api/" : "/apis/";
    add_document(prefix + version, [version = version, of_version = of_version] {
      return resource_list(version, of_version).dump();
    });
  }
}

std::optional<Answer> NonResource::custom_discovery(RequestScope& scope,
                                                    std::string_view path) const {
  const auto document = discovery_->find(path);
  if (!document) return std::nullopt;
  return answer_legacy(scope, *document);
}

}  // namespace kaudit::apiserver::nonresource
