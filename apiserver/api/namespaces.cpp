#include "apiserver/api/namespaces.hpp"

#include <algorithm>
#include <string>

#include "apiserver/api/names.hpp"
#include "apiserver/api/status_errors.hpp"
#include "apiserver/objects/codec.hpp"
#include "apiserver/objects/rfc3339.hpp"

namespace kaudit::apiserver::api {
namespace {

using objects::Json;

constexpr std::string_view kSystem[] = {"default", "kube-system", "kube-public", "kube-node-lease"};
constexpr std::string_view kProtected[] = {"default", "kube-system", "kube-public"};

std::string namespace_key(std::string_view name) { return "v1/namespaces/" + std::string(name); }

const objects::Resource& namespaces() { return *objects::find_resource("", "v1", "namespaces"); }

}  // namespace

boost::asio::awaitable<void> create_system_namespaces(store::Store& store) {
  for (const std::string_view name : kSystem) {
    Json metadata{Json::Object()};
    metadata.set("name", Json(name));
    metadata.set("uid", Json(new_uid()));
    metadata.set("creationTimestamp", Json(objects::time_text(audit::Timestamp::now())));
    Json wanted{Json::Object()};
    wanted.set("metadata", std::move(metadata));
    wanted.set("spec", Json(Json::Object{{"finalizers", Json(Json::Array{Json("kubernetes")})}}));
    wanted.set("status", Json(Json::Object{{"phase", Json("Active")}}));
    const auto object = objects::canonical_object({"v1", "Namespace"}, wanted);
    // One that exists already, in a store that outlives the process, stays as it is.
    co_await store.create(namespace_key(name), store::Draft(object.value()));
  }
}

boost::asio::awaitable<Expected<void>> check_namespace(const Call& call) {
  const auto found = co_await call.store().get(namespace_key(call.ns));
  if (!found) co_return tl::unexpected(not_found(namespaces(), call.ns));
  const Json tree = (*found)->tree();
  if (tree.find("metadata")->find("deletionTimestamp") != nullptr) {
    co_return tl::unexpected(forbidden(call.resource, call.name,
                                       "unable to create new content in namespace " + call.ns +
                                           " because it is being terminated"));
  }
  co_return Expected<void>();
}

bool is_protected(std::string_view ns) noexcept {
  return std::find(std::begin(kProtected), std::end(kProtected), ns) != std::end(kProtected);
}

boost::asio::awaitable<void> empty_namespace(store::Store& store, std::string_view ns) {
  for (const objects::Resource& resource : objects::all_resources()) {
    if (!resource.namespaced()) continue;
    const std::string prefix = std::string(resource.api_version) + "/" +
                               std::string(resource.name) + "/" + std::string(ns) + "/";
    const store::ListRequest everything{prefix, "", 0};
    const auto page = co_await store.list(everything);
    if (!page) continue;
    for (const store::ObjectPtr& object : page->objects) {
      const std::string key = prefix + object->meta().name;
      // Whoever changes an object meanwhile changes one that is on its way out.
      auto removed = co_await store.remove(key, object->meta().resource_version);
      while (!removed && removed.error() == store::Refusal::Changed) {
        const auto current = co_await store.get(key);
        if (!current) break;
        removed = co_await store.remove(key, (*current)->meta().resource_version);
      }
    }
  }
}

}  // namespace kaudit::apiserver::api
