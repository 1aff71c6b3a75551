#include "apiserver/api/rules/service_updates.hpp"

#include <cstddef>
#include <string_view>

namespace kaudit::apiserver::api {
namespace {

using objects::Json;

bool is_missing(const Json& object, std::string_view name) {
  const Json* value = object.find(name);
  return value == nullptr || value->is_null() || (value->string() && value->string()->empty());
}

void take_over(Json& to, const Json& from, std::string_view name) {
  const Json* value = from.find(name);
  if (value != nullptr && is_missing(to, name)) to.set(name, *value);
}

bool same(const Json& a, const Json& b, std::string_view name) {
  const Json* in_a = a.find(name);
  const Json* in_b = b.find(name);
  return in_a == nullptr || in_b == nullptr ? in_a == in_b : *in_a == *in_b;
}

bool has_addresses(const Json& spec) { return spec.text("type") != "ExternalName"; }

bool has_node_ports(const Json& spec) {
  return spec.text("type") == "NodePort" || spec.text("type") == "LoadBalancer";
}

Json::Array* ports_of(Json& spec) {
  Json* ports = spec.find("ports");
  return ports ? ports->array() : nullptr;
}

// A port keeps its Nodes' port, whatever its place in the list.
void keep_node_ports(const Json& before, Json& spec) {
  Json::Array* ports = ports_of(spec);
  const Json* old = before.find("ports");
  if (ports == nullptr || old == nullptr || old->array() == nullptr) return;
  for (Json& port : *ports) {
    if (port.object() == nullptr || port.find("nodePort") != nullptr) continue;
    for (const Json& each : *old->array()) {
      if (!same(port, each, "port") || !same(port, each, "protocol")) continue;
      take_over(port, each, "nodePort");
      break;
    }
  }
}

void drop_node_ports(const Json& before, Json& spec) {
  Json::Array* ports = ports_of(spec);
  const Json* old = before.find("ports");
  if (ports == nullptr || old == nullptr || old->array() == nullptr) return;
  // Only where the client did not choose them anew.
  for (std::size_t i = 0; i < ports->size() && i < old->array()->size(); ++i) {
    Json& port = (*ports)[i];
    if (port.object() != nullptr && same(port, (*old->array())[i], "nodePort")) {
      port.erase("nodePort");
    }
  }
}

// `clusterIP` and the first of `clusterIPs` are the same; clients may know only one of them.
void keep_in_step(const Json& before, Json& spec) {
  if (!same(before, spec, "clusterIPs") || same(before, spec, "clusterIP")) return;
  const std::string_view first = spec.text("clusterIP");
  Json* list = spec.find("clusterIPs");
  if (first.empty()) {
    spec.erase("clusterIPs");
  } else if (list != nullptr && list->array() != nullptr && !list->array()->empty()) {
    list->array()->front() = Json(first);
  }
}

}  // namespace

void keep_allocations(const Json& before, Json& service) {
  const Json* old = before.find("spec");
  Json* spec = service.find("spec");
  if (old == nullptr || spec == nullptr || !old->object() || !spec->object()) return;
  keep_in_step(*old, *spec);
  if (has_addresses(*old) && has_addresses(*spec)) {
    take_over(*spec, *old, "clusterIP");
    if (spec->text("clusterIP") == old->text("clusterIP")) take_over(*spec, *old, "clusterIPs");
    take_over(*spec, *old, "ipFamilies");
    take_over(*spec, *old, "ipFamilyPolicy");
  } else if (has_addresses(*old)) {
    for (const std::string_view name :
         {"clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "internalTrafficPolicy"}) {
      if (same(*old, *spec, name)) spec->erase(name);
    }
  }
  if (has_node_ports(*old) && has_node_ports(*spec)) {
    keep_node_ports(*old, *spec);
    take_over(*spec, *old, "healthCheckNodePort");
  } else if (has_node_ports(*old)) {
    drop_node_ports(*old, *spec);
    for (const std::string_view name :
         {"externalTrafficPolicy", "healthCheckNodePort", "allocateLoadBalancerNodePorts"}) {
      if (same(*old, *spec, name)) spec->erase(name);
    }
  }
}

}  // namespace kaudit::apiserver::api
