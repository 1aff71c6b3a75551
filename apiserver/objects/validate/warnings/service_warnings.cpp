// What concerns addresses and what Services leave unused.
#include <algorithm>

#include "apiserver/objects/validate/warnings/kinds_warnings.hpp"
#include "apiserver/objects/validate/words/members.hpp"
#include "base/text/quote.hpp"

namespace kaudit::apiserver::objects::validate {
namespace {

constexpr std::string_view kOldHints = "service.kubernetes.io/topology-aware-hints";

void warn_of_ips(const FieldPath& list, const Json* object, std::string_view name,
                 WarningList& warnings) {
  std::size_t index = 0;
  for (const Json& ip : items(object, name)) warn_of_ip(list.at(index++), text_of(ip), warnings);
}

void warn_of_headless(const Json* spec, WarningList& warnings) {
  if (!text(spec, "loadBalancerIP").empty()) {
    warnings.add("spec.loadBalancerIP is ignored for headless services");
  }
  if (!items(spec, "externalIPs").empty()) {
    warnings.add("spec.externalIPs is ignored for headless services");
  }
  if (text(spec, "sessionAffinity") != "None") {
    warnings.add("spec.SessionAffinity is ignored for headless services");
  }
}

/// Whether something else keeps its addresses in order.
bool is_managed_by(const Json& object, std::string_view label,
                   std::initializer_list<std::string_view> managers) {
  const std::string_view manager = text(member(&object, {"metadata", "labels"}), label);
  return std::find(managers.begin(), managers.end(), manager) != managers.end();
}

}  // namespace

void warn_of_service(const Json& service, WarningList& warnings) {
  const Json* spec = member(&service, "spec");
  const FieldPath path("spec");
  const std::string_view type = text(spec, "type");
  const std::string_view cluster_ip = text(spec, "clusterIP");
  const bool external_name = type == "ExternalName";
  const bool headless = type == "ClusterIP" && cluster_ip == "None";
  const bool has_external_ips = !items(spec, "externalIPs").empty();
  if (has_annotation(service, kOldHints)) {
    warnings.add("annotation " + std::string(kOldHints) +
                 " is deprecated, please use service.kubernetes.io/topology-mode instead");
  }
  if (!cluster_ip.empty() && cluster_ip != "None") {
    warn_of_ips(path.child("clusterIPs"), spec, "clusterIPs", warnings);
  }
  if (headless) warn_of_headless(spec, warnings);
  warn_of_ips(path.child("externalIPs"), spec, "externalIPs", warnings);
  if (has_external_ips && !headless && !external_name) {
    warnings.add(
        "spec.externalIPs is deprecated and may no longer be implemented in some clusters");
  }
  if (const std::string_view ip = text(spec, "loadBalancerIP"); !ip.empty()) {
    warn_of_ip(path.child("loadBalancerIP"), ip, warnings);
  }
  const FieldPath ranges = path.child("loadBalancerSourceRanges");
  std::size_t index = 0;
  for (const Json& range : items(spec, "loadBalancerSourceRanges")) {
    warn_of_cidr(ranges.at(index++), text_of(range), warnings);
  }
  if (external_name && has_external_ips) {
    warnings.add("spec.externalIPs is ignored when spec.type is \"ExternalName\"");
  }
  if (!external_name && !text(spec, "externalName").empty()) {
    warnings.add("spec.externalName is ignored when spec.type is not \"ExternalName\"");
  }
  if (text(spec, "trafficDistribution") == "PreferClose") {
    warnings.add(R"(spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone")");
  }
}

void warn_of_load_balancer(const Json& object, WarningList& warnings) {
  const FieldPath list("status.loadBalancer.ingress");
  std::size_t index = 0;
  for (const Json& ingress : items(member(&object, {"status", "loadBalancer"}), "ingress")) {
    const FieldPath at = list.at(index++);
    if (const std::string_view ip = text(&ingress, "ip"); !ip.empty()) warn_of_ip(at, ip, warnings);
  }
}

void warn_of_pod_addresses(const Json& pod, WarningList& warnings) {
  for (const char* name : {"podIPs", "hostIPs"}) {
    const FieldPath status("status");
    const FieldPath list = status.child(name);
    std::size_t index = 0;
    for (const Json& address : items(member(&pod, "status"), name)) {
      const FieldPath at = list.at(index++);
      warn_of_ip(at.child("ip"), text(&address, "ip"), warnings);
    }
  }
}

void warn_of_endpoints(const Json& endpoints, WarningList& warnings) {
  if (is_managed_by(endpoints, "endpoints.kubernetes.io/managed-by", {"endpoint-controller"})) {
    return;
  }
  const FieldPath subsets("subsets");
  std::size_t index = 0;
  for (const Json& subset : items(&endpoints, "subsets")) {
    const FieldPath at = subsets.at(index++);
    for (const char* name : {"addresses", "notReadyAddresses"}) {
      const FieldPath list = at.child(name);
      std::size_t place = 0;
      for (const Json& address : items(&subset, name)) {
        const FieldPath address_path = list.at(place++);
        warn_of_ip(address_path.child("ip"), text(&address, "ip"), warnings);
      }
    }
  }
}

void warn_of_new_endpoint_slice(const Json& slice, WarningList& warnings) {
  if (text(&slice, "addressType") == "FQDN") {
    warnings.add("spec.addressType: FQDN endpoints are deprecated");
  }
  warn_of_endpoint_slice(slice, warnings);
}

void warn_of_endpoint_slice(const Json& slice, WarningList& warnings) {
  if (is_managed_by(
          slice, "endpointslice.kubernetes.io/managed-by",
          {"endpointslice-controller.k8s.io", "endpointslicemirroring-controller.k8s.io"})) {
    return;
  }
  const FieldPath endpoints("endpoints");
  std::size_t index = 0;
  for (const Json& endpoint : items(&slice, "endpoints")) {
    const FieldPath at = endpoints.at(index++);
    warn_of_ips(at.child("addresses"), &endpoint, "addresses", warnings);
  }
}

void warn_of_new_ingress(const Json& ingress, WarningList& warnings) {
  constexpr std::string_view kClass = "kubernetes.io/ingress.class";
  if (has_annotation(ingress, kClass) &&
      member(&ingress, {"spec", "ingressClassName"}) == nullptr) {
    warnings.add("annotation " + go_quoted(kClass) +
                 " is deprecated, please use 'spec.ingressClassName' instead");
  }
}

void warn_of_network_policy(const Json& policy, WarningList& warnings) {
  for (const auto& [direction, peers] : {std::pair("ingress", "from"), std::pair("egress", "to")}) {
    const FieldPath spec("spec");
    const FieldPath rules = spec.child(direction);
    std::size_t index = 0;
    for (const Json& rule : items(member(&policy, "spec"), direction)) {
      const FieldPath rule_path = rules.at(index++);
      const FieldPath list = rule_path.child(peers);
      std::size_t place = 0;
      for (const Json& peer : items(&rule, peers)) {
        const FieldPath at = list.at(place++);
        const Json* block = member(&peer, "ipBlock");
        if (block == nullptr) continue;
        const FieldPath block_path = at.child("ipBlock");
        warn_of_cidr(block_path.child("cidr"), text(block, "cidr"), warnings);
        const FieldPath except = block_path.child("except");
        std::size_t number = 0;
        for (const Json& cidr : items(block, "except")) {
          warn_of_cidr(except.at(number++), text_of(cidr), warnings);
        }
      }
    }
  }
}

}  // namespace kaudit::apiserver::objects::validate
