#include "apiserver/controllers/cluster.hpp"

#include <utility>

#include "apiserver/api/delete/owner_index.hpp"
#include "apiserver/controllers/parts.hpp"
#include "apiserver/loopback/own_request.hpp"
#include "apiserver/objects/kinds.hpp"
#include "base/text/percent.hpp"

namespace kaudit::apiserver::controllers {
namespace {

constexpr std::string_view kScheduler = "system:kube-scheduler";

const objects::Resource* resource_of(const Json& object) {
  return objects::find_kind(object.text("apiVersion"), object.text("kind"));
}

std::string collection_path(const objects::Resource& resource, std::string_view ns) {
  std::string path = resource.group.empty() ? "/api/" : "/apis/";
  path.append(resource.api_version).append("/");
  if (resource.namespaced()) path.append("namespaces/").append(ns).append("/");
  return path.append(resource.name);
}

std::string path_of(const Json& object, std::string_view subresource) {
  std::string path = collection_path(*resource_of(object), meta(object, "namespace"));
  path += "/";
  append_escaped_path(path, meta(object, "name"));
  if (!subresource.empty()) path.append("/").append(subresource);
  return path;
}

/// With the version that an update has to name, which the tree that was stored has not.
Json tree_of(const objects::Object& object) {
  Json tree = object.tree();
  tree.find("metadata")
      ->set("resourceVersion", Json(std::to_string(object.meta().resource_version)));
  return tree;
}

/// As the components name themselves.
std::string agent_of(std::string_view user, const std::string& version) {
  constexpr std::string_view kAccount = "system:serviceaccount:";
  if (user.starts_with(kAccount)) {
    return "kube-controller-manager/" + version + " (linux/amd64) kubernetes/kaudit/" +
           std::string(user);
  }
  const bool scheduler = user == kScheduler;
  return (scheduler ? "kube-scheduler/" : "kubelet/") + version +
         " (linux/amd64) kubernetes/kaudit" + (scheduler ? "/scheduler" : "");
}

}  // namespace

awaitable<std::vector<Json>> Cluster::list(Kind kind, std::string ns) {
  std::vector<Json> found;
  const objects::Resource* resource = objects::find_kind(kind.api_version, kind.kind);
  if (resource == nullptr) co_return found;
  store::ListRequest request;
  request.prefix = api::store_prefix(*resource, ns);
  const auto page = co_await store_->list(request);
  if (!page) co_return found;
  found.reserve(page->objects.size());
  for (const auto& object : page->objects) found.push_back(tree_of(*object));
  co_return found;
}

awaitable<std::optional<Json>> Cluster::get(Kind kind, std::string ns, std::string name) {
  const objects::Resource* resource = objects::find_kind(kind.api_version, kind.kind);
  if (resource == nullptr) co_return std::nullopt;
  const std::string key = api::store_prefix(*resource, ns) + name;
  const auto found = co_await store_->get(key);
  if (!found) co_return std::nullopt;
  co_return tree_of(**found);
}

awaitable<std::vector<Json>> Cluster::controlled_by(Kind kind, Json owner) {
  const std::string uid(meta(owner, "uid"));
  std::vector<Json> all = co_await list(kind, std::string(meta(owner, "namespace")));
  std::vector<Json> own;
  for (Json& object : all) {
    const Json* controller = controller_of(object);
    if (controller != nullptr && controller->text("uid") == uid && !is_going(object)) {
      own.push_back(std::move(object));
    }
  }
  co_return own;
}

awaitable<bool> Cluster::ask(std::string user, std::string method, std::string target,
                             std::string type, std::string body) {
  loopback::OwnRequest request;
  request.method = std::move(method);
  request.target = std::move(target);
  request.content_type = std::move(type);
  request.body = std::move(body);
  request.user_agent = agent_of(user, version_);
  std::string token = users_->token_of(user);
  const http::Response response =
      co_await loopback::ask_chain(chain_, std::move(token), std::move(request));
  co_return response.status >= 200 && response.status < 300;
}

awaitable<bool> Cluster::create(std::string user, Json object) {
  std::string target = collection_path(*resource_of(object), meta(object, "namespace"));
  co_return co_await ask(std::move(user), "POST", std::move(target), "application/json",
                         object.dump());
}

awaitable<bool> Cluster::update(std::string user, Json object, std::string subresource) {
  std::string target = path_of(object, subresource);
  co_return co_await ask(std::move(user), "PUT", std::move(target), "application/json",
                         object.dump());
}

awaitable<bool> Cluster::patch(std::string user, Json object, std::string subresource,
                               Json change) {
  std::string target = path_of(object, subresource);
  co_return co_await ask(std::move(user), "PATCH", std::move(target),
                         "application/strategic-merge-patch+json", change.dump());
}

awaitable<bool> Cluster::remove(std::string user, Json object, std::string options) {
  std::string target = path_of(object, "");
  co_return co_await ask(std::move(user), "DELETE", std::move(target), "application/json",
                         std::move(options));
}

awaitable<bool> Cluster::bind(Json pod, std::string node) {
  Json binding = parsed(R"({"kind":"Binding","apiVersion":"v1"})");
  Json metadata{Json::Object()};
  for (const char* name : {"name", "namespace", "uid"}) {
    metadata.set(name, Json(meta(pod, name)));
  }
  binding.set("metadata", std::move(metadata));
  Json target = parsed(R"({"kind":"Node"})");
  target.set("name", Json(node));
  binding.set("target", std::move(target));
  std::string path = path_of(pod, "binding");
  co_return co_await ask(std::string(kScheduler), "POST", std::move(path), "application/json",
                         binding.dump());
}

}  // namespace kaudit::apiserver::controllers
