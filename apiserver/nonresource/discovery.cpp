// Legacy discovery: which groups, versions and resources there are. The documents are made once,
// from the table of kinds. (apimachinery meta/v1 APIVersions, APIGroupList, APIGroup,
// APIResourceList)
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "apiserver/nonresource/nonresource.hpp"
#include "apiserver/objects/kinds.hpp"
#include "apiserver/scope/answers.hpp"

namespace kaudit::apiserver {
namespace {

using boost::asio::awaitable;
using objects::Resource;
using Json = nlohmann::ordered_json;

Json group_version(std::string_view group, std::string_view version) {
  return {{"groupVersion", std::string(group) + "/" + std::string(version)}, {"version", version}};
}

Json server_addresses(const std::string& address) {
  return Json::array({{{"clientCIDR", "0.0.0.0/0"}, {"serverAddress", address}}});
}

Json resource_entry(const Resource& resource) {
  Json entry = {{"name", resource.name},
                {"singularName", resource.singular},
                {"namespaced", resource.namespaced()},
                {"kind", resource.kind},
                {"verbs", resource.verbs}};
  if (!resource.short_names.empty()) entry["shortNames"] = resource.short_names;
  if (!resource.categories.empty()) entry["categories"] = resource.categories;
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

Json resource_list(const std::string& version, const std::vector<const Resource*>& resources) {
  Json list = {{"kind", "APIResourceList"}};
  // Core's list goes without: that is how the oldest part of the API has always answered.
  if (version.find('/') != std::string::npos) list["apiVersion"] = "v1";
  list["groupVersion"] = version;
  Json& entries = list["resources"] = Json::array();
  for (const Resource* resource : resources) {
    entries.push_back(resource_entry(*resource));
    for (const auto& sub : resource->subresources) {
      entries.push_back(subresource_entry(*resource, sub));
    }
  }
  return list;
}

/// The groups but core in their order, each with its versions in theirs.
using Groups = std::vector<std::pair<std::string_view, std::vector<std::string_view>>>;

Groups named_groups() {
  Groups groups;
  for (const Resource& resource : objects::all_resources()) {
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

awaitable<void> answer(RequestScope& scope, std::string document) {
  if (scope.request().method != "GET") {
    audit::Status status = failure(
        405, "MethodNotAllowed", "the server does not allow this method on the requested resource");
    status.details.emplace();
    co_await answer_status(scope, status);
    co_return;
  }
  // Unlike other paths that are no resources, discovery is recorded with its answer.
  if (scope.audit != nullptr && scope.audit->wants_response_object()) {
    scope.audit->log_response_object(audit::RawJson::trusted(document));
  }
  document += '\n';
  co_await scope.response.send(200, "application/json", std::move(document));
}

}  // namespace

void NonResource::add_discovery() {
  const auto address = [this] { return options_.server_address ? options_.server_address() : ""; };
  const auto add_document = [this](std::string path, const Json& document) {
    add(std::move(path),
        [text = document.dump()](RequestScope& scope) { return answer(scope, text); });
  };
  const Groups groups = named_groups();
  add("/api",
      [address](RequestScope& scope) { return answer(scope, core_versions(address()).dump()); });
  add("/apis", [address, groups](RequestScope& scope) {
    return answer(scope, group_list(groups, address()).dump());
  });
  for (const auto& group : groups) {
    add_document("/apis/" + std::string(group.first), one_group(group));
  }
  std::map<std::string, std::vector<const Resource*>> by_version;
  for (const Resource& resource : objects::all_resources()) {
    by_version[std::string(resource.api_version)].push_back(&resource);
  }
  for (const auto& [version, resources] : by_version) {
    const std::string prefix = resources.front()->group.empty() ? "/api/" : "/apis/";
    add_document(prefix + version, resource_list(version, resources));
  }
}

}  // namespace kaudit::apiserver
