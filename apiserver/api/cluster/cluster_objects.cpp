#include "apiserver/api/cluster/cluster_objects.hpp"

#include <array>
#include <utility>
#include <vector>

#include "apiserver/api/access/aggregate_index.hpp"
#include "apiserver/api/access/aggregation.hpp"
#include "apiserver/api/cluster/made_object.hpp"
#include "apiserver/authz/rbac/default_roles.hpp"
#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::api {
namespace {

using boost::asio::awaitable;
using objects::Json;
using objects::Resource;

constexpr std::array<std::string_view, 4> kNamespaces{"default", "kube-system", "kube-public",
                                                      "kube-node-lease"};
constexpr std::string_view kServiceAccount = "default";
constexpr std::string_view kRootCa = "kube-root-ca.crt";
constexpr std::string_view kRbac = "rbac.authorization.k8s.io/v1";

const Resource& kind(std::string_view api_version, std::string_view name) {
  return *objects::find_kind(api_version, name);
}

Json named(std::string_view name, std::string_view ns = "") {
  Json metadata{Json::Object()};
  metadata.set("name", Json(name));
  if (!ns.empty()) metadata.set("namespace", Json(ns));
  Json object{Json::Object()};
  object.set("metadata", std::move(metadata));
  return object;
}

Json map_of(std::initializer_list<std::pair<std::string_view, std::string_view>> texts) {
  Json map{Json::Object()};
  for (const auto& [name, text] : texts) map.set(name, Json(text));
  return map;
}

// --- namespaces

awaitable<void> make_namespace(const ApiOptions& options, std::string_view name) {
  const Resource& namespaces = kind("v1", "Namespace");
  Json wanted = named(name);
  wanted.set("spec", Json(Json::Object{{"finalizers", Json(Json::Array{Json("kubernetes")})}}));
  wanted.set("status", map_of({{"phase", "Active"}}));
  co_await store_made(options, namespaces, made_object(namespaces, wanted, kServerManager));
}

Json root_ca_map(const ApiOptions& options, std::string_view ns) {
  Json wanted = named(kRootCa, ns);
  wanted.find("metadata")
      ->set("annotations",
            map_of({{"kubernetes.io/description",
                     "The CA that signed this server's certificate: what a client trusts that "
                     "comes by an address inside the cluster, such as kubernetes.default.svc. "
                     "Clients elsewhere need another one."}}));
  wanted.set("data", map_of({{"ca.crt", options.cluster.root_ca}}));
  return wanted;
}

// Puts the contents right, whoever else writes it meanwhile.
awaitable<void> keep_root_ca(const ApiOptions& options, std::string ns) {
  const Resource& maps = kind("v1", "ConfigMap");
  const std::string key = store_prefix(maps, ns) + std::string(kRootCa);
  for (;;) {
    const auto current = co_await options.store->get(key);
    if (!current) co_return;
    Json tree = (*current)->tree();
    const Json data = map_of({{"ca.crt", options.cluster.root_ca}});
    if (const Json* there = tree.find("data"); there != nullptr && *there == data) co_return;
    tree.set("data", data);
    const std::uint64_t version = (*current)->meta().resource_version;
    const auto stored = co_await options.store->update(key, store::Draft(tree), version);
    if (stored || stored.error() != store::Refusal::Changed) co_return;
  }
}

// --- priority classes

awaitable<void> make_priority_class(const ApiOptions& options, std::string_view name,
                                    std::int64_t value, std::string_view description) {
  const Resource& classes = kind("scheduling.k8s.io/v1", "PriorityClass");
  Json wanted = named(name);
  wanted.set("value", Json(value));
  wanted.set("description", Json(description));
  co_await store_made(options, classes, made_object(classes, wanted, kServerManager));
}

// --- roles

awaitable<void> make_role(const ApiOptions& options, const Json& row) {
  const Resource& roles = kind(kRbac, "ClusterRole");
  Json role = made_object(roles, row, kServerManager);
  const auto stored = co_await store_made(options, roles, std::move(role));
  if (stored) co_await follow_cluster_role(options, nullptr, stored);
}

awaitable<void> make_roles(const ApiOptions& options) {
  const authz::rbac::DefaultRoles defaults = authz::rbac::default_roles();
  // First those that gather nothing, then view, edit and admin, each of which the next one
  // gathers: so that none is written twice but to get its rules.
  for (const Json& row : defaults.cluster_roles) {
    if (row.find("aggregationRule") == nullptr) co_await make_role(options, row);
  }
  for (auto row = defaults.cluster_roles.rbegin(); row != defaults.cluster_roles.rend(); ++row) {
    if (row->find("aggregationRule") != nullptr) co_await make_role(options, *row);
  }
  const Resource& bindings = kind(kRbac, "ClusterRoleBinding");
  for (const Json& row : defaults.cluster_role_bindings) {
    co_await store_made(options, bindings, made_object(bindings, row, kServerManager));
  }
}

// --- the server as a Service

Json port_of(std::int64_t port) {
  Json object{Json::Object()};
  object.set("name", Json("https"));
  object.set("protocol", Json("TCP"));
  object.set("port", Json(port));
  return object;
}

Json kubernetes_service(const ServiceAddresses& addresses, std::int64_t port) {
  const std::string address = addresses.first();
  const std::string_view family = name_of(addresses.ranges().primary().family());
  Json own_port = port_of(443);
  own_port.set("targetPort", Json(port));
  Json spec{Json::Object()};
  spec.set("ports", Json(Json::Array{std::move(own_port)}));
  spec.set("clusterIP", Json(address));
  spec.set("clusterIPs", Json(Json::Array{Json(address)}));
  spec.set("type", Json("ClusterIP"));
  spec.set("ipFamilies", Json(Json::Array{Json(family)}));
  spec.set("ipFamilyPolicy", Json("SingleStack"));
  Json wanted = named("kubernetes", "default");
  wanted.find("metadata")
      ->set("labels", map_of({{"component", "apiserver"}, {"provider", "kubernetes"}}));
  wanted.set("spec", std::move(spec));
  wanted.set("status", Json(Json::Object{{"loadBalancer", Json(Json::Object())}}));
  return wanted;
}

Json kubernetes_endpoints(std::string_view address, std::int64_t port) {
  Json subset{Json::Object()};
  subset.set("addresses", Json(Json::Array{map_of({{"ip", address}})}));
  subset.set("ports", Json(Json::Array{port_of(port)}));
  Json wanted = named("kubernetes", "default");
  wanted.find("metadata")
      ->set("labels", map_of({{"endpointslice.kubernetes.io/skip-mirror", "true"}}));
  wanted.set("subsets", Json(Json::Array{std::move(subset)}));
  return wanted;
}

Json kubernetes_slice(std::string_view address, std::int64_t port) {
  Json endpoint{Json::Object()};
  endpoint.set("addresses", Json(Json::Array{Json(address)}));
  endpoint.set("conditions", Json(Json::Object{{"ready", Json(true)}}));
  Json wanted = named("kubernetes", "default");
  wanted.find("metadata")->set("labels", map_of({{"kubernetes.io/service-name", "kubernetes"}}));
  const bool v6 = address.find(':') != std::string_view::npos;
  wanted.set("addressType", Json(v6 ? "IPv6" : "IPv4"));
  wanted.set("endpoints", Json(Json::Array{std::move(endpoint)}));
  wanted.set("ports", Json(Json::Array{port_of(port)}));
  return wanted;
}

}  // namespace

bool is_furniture(const ObjectRef& ref) noexcept {
  if (!ref.resource->group.empty()) return false;
  return (ref.resource->kind == "ServiceAccount" && ref.name == kServiceAccount) ||
         (ref.resource->kind == "ConfigMap" && ref.name == kRootCa);
}

awaitable<void> furnish_namespace(const ApiOptions& options, std::string ns) {
  const Resource& accounts = kind("v1", "ServiceAccount");
  const Resource& maps = kind("v1", "ConfigMap");
  Json account = made_object(accounts, named(kServiceAccount, ns), kControllerManager);
  co_await store_made(options, accounts, std::move(account));
  Json root_ca = made_object(maps, root_ca_map(options, ns), kControllerManager);
  const auto made = co_await store_made(options, maps, std::move(root_ca));
  if (!made) co_await keep_root_ca(options, ns);
}

awaitable<void> make_cluster_objects(const ApiOptions& options) {
  const bool bare = options.cluster.furnishing == Furnishing::Bare;
  for (const std::string_view name : kNamespaces) {
    if (bare && name != "default") continue;
    co_await make_namespace(options, name);
    if (options.cluster.furnishing == Furnishing::Furnished) {
      co_await furnish_namespace(options, std::string(name));
    }
  }
  if (bare) co_return;
  co_await make_priority_class(options, "system-node-critical", 2'000'001'000,
                               "For Pods that must not be moved off their Node.");
  co_await make_priority_class(
      options, "system-cluster-critical", 2'000'000'000,
      "For Pods that the cluster needs, but which another Node may run as well.");
  co_await make_roles(options);
}

awaitable<void> make_kubernetes_service(const ApiOptions& options, std::string address,
                                        std::uint16_t port) {
  if (options.cluster.furnishing == Furnishing::Bare) co_return;
  const Resource& services = kind("v1", "Service");
  const Resource& endpoints = kind("v1", "Endpoints");
  const Resource& slices = kind("discovery.k8s.io/v1", "EndpointSlice");
  Json service =
      made_object(services, kubernetes_service(*options.addresses, port), kServerManager);
  co_await store_made(options, services, std::move(service));
  Json whole = made_object(endpoints, kubernetes_endpoints(address, port), kServerManager);
  co_await store_made(options, endpoints, std::move(whole));
  Json slice = made_object(slices, kubernetes_slice(address, port), kServerManager);
  co_await store_made(options, slices, std::move(slice));
}

}  // namespace kaudit::apiserver::api
