// Legacy discovery: which groups, versions and resources there are. The documents are made once, from the table of
// kinds. (apimachinery meta/v1 APIVersions, APIGroupList, APIGroup, APIResourceList)
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "apiserver/nonresource/nonresource.hpp"
#include "apiserver/objects/kinds.hpp"
#include "apiserver/scope/answers.hpp"
#include "audit/base/json_text.hpp"

namespace kaudit::apiserver {
namespace {

using boost::asio::awaitable;
using objects::Resource;

/// JSON text written member by member; commas take care of themselves.
class Writer {
 public:
  Writer& open(char bracket) {
    comma();
    text_ += bracket;
    return *this;
  }
  Writer& close(char bracket) {
    text_ += bracket;
    return *this;
  }
  Writer& key(std::string_view name) {
    comma();
    append_json_string(text_, name);
    text_ += ':';
    return *this;
  }
  Writer& value(std::string_view text) {
    comma();
    append_json_string(text_, text);
    return *this;
  }
  Writer& value(bool truth) {
    text_ += truth ? "true" : "false";
    return *this;
  }
  Writer& member(std::string_view name, std::string_view text) { return key(name).value(text); }
  template <typename Texts>
  Writer& list(std::string_view name, const Texts& texts) {
    key(name).open('[');
    for (const auto& text : texts) value(std::string_view(text));
    return close(']');
  }
  std::string take() { return std::move(text_); }

 private:
  void comma() {
    if (!text_.empty() && std::string_view("{[:,").find(text_.back()) == std::string_view::npos) {
      text_ += ',';
    }
  }
  std::string text_;
};

std::string group_version(const Resource& resource) { return std::string(resource.api_version); }

void write_version(Writer& out, std::string_view group, std::string_view version) {
  out.open('{')
      .member("groupVersion", std::string(group) + "/" + std::string(version))
      .member("version", version)
      .close('}');
}

/// name, versions and preferredVersion: what APIGroup and an item of APIGroupList share.
void write_group(Writer& out, std::string_view group, const std::vector<std::string_view>& versions) {
  out.member("name", group).key("versions").open('[');
  for (const std::string_view version : versions) write_version(out, group, version);
  out.close(']').key("preferredVersion");
  write_version(out, group, versions.front());
}

void write_addresses(Writer& out, std::string_view address) {
  out.key("serverAddressByClientCIDRs").open('[').open('{');
  out.member("clientCIDR", "0.0.0.0/0").member("serverAddress", address).close('}').close(']');
}

void write_resource(Writer& out, const Resource& resource) {
  out.open('{').member("name", resource.name).member("singularName", resource.singular);
  out.key("namespaced").value(resource.namespaced()).member("kind", resource.kind);
  out.list("verbs", resource.verbs);
  if (!resource.short_names.empty()) out.list("shortNames", resource.short_names);
  if (!resource.categories.empty()) out.list("categories", resource.categories);
  out.close('}');
}

void write_subresource(Writer& out, const Resource& parent, const objects::Subresource& sub) {
  out.open('{')
      .member("name", std::string(parent.name) + "/" + std::string(sub.name))
      .member("singularName", "")
      .key("namespaced")
      .value(parent.namespaced());
  if (sub.group != parent.group || sub.version != parent.version) {
    if (!sub.group.empty()) out.member("group", sub.group);
    out.member("version", sub.version);
  }
  out.member("kind", sub.kind).list("verbs", sub.verbs).close('}');
}

std::string resource_list(const std::string& version, const std::vector<const Resource*>& resources) {
  Writer out;
  out.open('{').member("kind", "APIResourceList");
  // Core's list goes without: that is how the oldest part of the API has always answered.
  if (version.find('/') != std::string::npos) out.member("apiVersion", "v1");
  out.member("groupVersion", version).key("resources").open('[');
  for (const Resource* resource : resources) {
    write_resource(out, *resource);
    for (const auto& sub : resource->subresources) write_subresource(out, *resource, sub);
  }
  out.close(']').close('}');
  return out.take();
}

/// The groups but core in their order, each with its versions in theirs.
using Groups = std::vector<std::pair<std::string_view, std::vector<std::string_view>>>;

Groups named_groups() {
  Groups groups;
  for (const Resource& resource : objects::all_resources()) {
    if (resource.group.empty()) continue;
    if (groups.empty() || groups.back().first != resource.group) groups.push_back({resource.group, {}});
    auto& versions = groups.back().second;
    if (versions.empty() || versions.back() != resource.version) versions.push_back(resource.version);
  }
  return groups;
}

std::string group_list(const Groups& groups, std::string_view address) {
  Writer out;
  out.open('{').member("kind", "APIGroupList").key("groups").open('[');
  for (const auto& [group, versions] : groups) {
    out.open('{');
    write_group(out, group, versions);
    write_addresses(out, address);
    out.close('}');
  }
  out.close(']').close('}');
  return out.take();
}

std::string core_versions(std::string_view address) {
  Writer out;
  out.open('{').member("kind", "APIVersions").key("versions").open('[').value("v1").close(']');
  write_addresses(out, address);
  out.close('}');
  return out.take();
}

std::string one_group(std::string_view group, const std::vector<std::string_view>& versions) {
  Writer out;
  out.open('{').member("kind", "APIGroup").member("apiVersion", "v1");
  write_group(out, group, versions);
  out.close('}');
  return out.take();
}

awaitable<void> answer(RequestScope& scope, std::string document) {
  if (scope.request().method != "GET") {
    audit::Status status = failure(405, "MethodNotAllowed",
                                   "the server does not allow this method on the requested resource");
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
  const Groups groups = named_groups();
  add("/api", [address](RequestScope& scope) { return answer(scope, core_versions(address())); });
  add("/apis", [address, groups](RequestScope& scope) {
    return answer(scope, group_list(groups, address()));
  });
  for (const auto& [group, versions] : groups) {
    add("/apis/" + std::string(group), [document = one_group(group, versions)](RequestScope& scope) {
      return answer(scope, document);
    });
  }
  std::map<std::string, std::vector<const Resource*>> by_version;
  for (const Resource& resource : objects::all_resources()) {
    by_version[group_version(resource)].push_back(&resource);
  }
  for (const auto& [version, resources] : by_version) {
    const std::string prefix = resources.front()->group.empty() ? "/api/" : "/apis/";
    add(prefix + version, [document = resource_list(version, resources)](RequestScope& scope) {
      return answer(scope, document);
    });
  }
}

}  // namespace kaudit::apiserver
