#include "apiserver/api/route.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "apiserver/api/status_errors.hpp"

namespace kaudit::apiserver::api {
namespace {

using objects::Resource;
using objects::Subresource;

struct MethodVerb {
  std::string_view method;
  std::string_view verb;
  Operation operation;
};

constexpr std::array<MethodVerb, 3> kCollectionVerbs{{
    {"GET", "list", Operation::List},
    {"POST", "create", Operation::Create},
    {"DELETE", "deletecollection", Operation::DeleteCollection},
}};
constexpr std::array<MethodVerb, 4> kItemVerbs{{
    {"GET", "get", Operation::Get},
    {"PUT", "update", Operation::Update},
    {"PATCH", "patch", Operation::Patch},
    {"DELETE", "delete", Operation::Delete},
}};
// What is proxied may be asked in every way that HTTP has, and is no object.
constexpr std::array<std::string_view, 7> kProxyMethods{"GET",    "POST", "PUT",    "PATCH",
                                                        "DELETE", "HEAD", "OPTIONS"};
constexpr std::array<MethodVerb, 5> kSubresourceVerbs{{
    {"GET", "get", Operation::Get},
    {"PUT", "update", Operation::Update},
    {"PATCH", "patch", Operation::Patch},
    {"POST", "create", Operation::Other},
    {"DELETE", "delete", Operation::Other},
}};

const MethodVerb* find_verb(std::span<const MethodVerb> verbs, std::string_view method) {
  for (const MethodVerb& verb : verbs) {
    if (verb.method == method) return &verb;
  }
  return nullptr;
}

using Routed = tl::expected<Route, audit::Status>;

Routed route_collection(std::string_view method, const request::RequestInfo& info,
                        const Resource& resource) {
  const MethodVerb* verb = find_verb(kCollectionVerbs, method);
  const bool watch = info.verb == "watch";
  if (verb == nullptr || !resource.allows(watch ? "watch" : verb->verb)) {
    return tl::unexpected(method_not_allowed());
  }
  // Across all namespaces there is only reading.
  const bool everywhere = resource.namespaced() && info.ns.empty();
  if ((everywhere || watch) && method != "GET") return tl::unexpected(method_not_allowed());
  if (resource.name == "bindings") return Route{Operation::Bind, &resource, nullptr, {}};
  return Route{watch ? Operation::Watch : verb->operation, &resource, nullptr, {}};
}

Routed route_item(std::string_view method, const request::RequestInfo& info,
                  const Resource& resource) {
  // `/api/v1/watch/namespaces/NS/pods/NAME`: with a name the query's `watch` does not count.
  const bool watch = info.verb == "watch";
  const MethodVerb* verb = find_verb(kItemVerbs, method);
  if (verb == nullptr || (watch && method != "GET") ||
      !resource.allows(watch ? "watch" : verb->verb)) {
    return tl::unexpected(method_not_allowed());
  }
  return Route{watch ? Operation::Watch : verb->operation, &resource, nullptr, info.parts[1]};
}

// Read and written as objects are.
bool is_part_of_object(std::string_view subresource) {
  constexpr std::string_view kParts[] = {
      "status", "finalize", "scale", "approval", "ephemeralcontainers", "resize"};
  return std::find(std::begin(kParts), std::end(kParts), subresource) != std::end(kParts);
}

Operation operation_of(const Subresource& subresource, Operation by_method) {
  if (by_method != Operation::Other && is_part_of_object(subresource.name)) return by_method;
  if (subresource.name == "eviction") return Operation::Evict;
  if (subresource.name == "binding") return Operation::Bind;
  if (subresource.name == "log") return Operation::Log;
  if (subresource.name == "proxy") return Operation::Proxy;
  for (const std::string_view connect : {"attach", "exec", "portforward"}) {
    if (subresource.name == connect) return Operation::Connect;
  }
  return Operation::Other;
}

Routed route_subresource(std::string_view method, const request::RequestInfo& info,
                         const Resource& resource) {
  const Subresource* subresource = resource.subresource(info.parts[2]);
  if (subresource == nullptr && resource.is_custom()) {
    return tl::unexpected(not_found(resource, info.parts[1]));
  }
  if (subresource == nullptr) return tl::unexpected(no_such_resource());
  if (info.parts.size() > 3 && subresource->name != "proxy") {
    return tl::unexpected(no_such_resource());
  }
  if (subresource->name == "proxy") {
    if (std::find(kProxyMethods.begin(), kProxyMethods.end(), method) == kProxyMethods.end()) {
      return tl::unexpected(method_not_allowed());
    }
    return Route{Operation::Proxy, &resource, subresource, info.parts[1]};
  }
  const MethodVerb* verb = find_verb(kSubresourceVerbs, method);
  const auto& verbs = subresource->verbs;
  if (verb == nullptr || std::find(verbs.begin(), verbs.end(), verb->verb) == verbs.end()) {
    return tl::unexpected(method_not_allowed());
  }
  return Route{operation_of(*subresource, verb->operation), &resource, subresource, info.parts[1]};
}

Routed route_to(std::string_view method, const request::RequestInfo& info,
                const Resource* resource) {
  if (resource == nullptr || info.parts.empty() || info.parts[0] != resource->name ||
      info.verb == "proxy") {
    return tl::unexpected(no_such_resource());
  }
  const bool single = info.parts.size() > 1;
  if (resource->namespaced()) {
    if (single && info.ns.empty()) return tl::unexpected(no_such_resource());
  } else if (!info.ns.empty() && resource->name != "namespaces") {
    return tl::unexpected(no_such_resource());
  }
  if (!single) return route_collection(method, info, *resource);
  if (info.parts.size() == 2) return route_item(method, info, *resource);
  return route_subresource(method, info, *resource);
}

}  // namespace

tl::expected<Route, audit::Status> find_route(std::string_view method,
                                              const request::RequestInfo& info,
                                              const custom::Registry& definitions) {
  const Resource* resource =
      objects::find_resource(info.api_group, info.api_version, info.resource);
  if (resource != nullptr) return route_to(method, info, resource);
  // What is in the table is not defined a second time.
  if (objects::group_exists(info.api_group)) return tl::unexpected(no_such_resource());
  custom::DefinitionPtr definition = definitions.find(info.api_group, info.resource);
  const custom::Version* const version =
      definition ? definition->served_version(info.api_version) : nullptr;
  if (version == nullptr) return tl::unexpected(no_such_resource());
  auto route = route_to(method, info, version->resource);
  if (!route) return route;
  route->definition = std::move(definition);
  route->version = version;
  return route;
}

}  // namespace kaudit::apiserver::api
