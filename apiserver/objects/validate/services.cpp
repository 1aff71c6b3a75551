#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "apiserver/objects/validate/kinds_rules.hpp"
#include "apiserver/objects/validate/words/label_rules.hpp"
#include "apiserver/objects/validate/words/members.hpp"
#include "apiserver/objects/validate/words/text_rules.hpp"

namespace kaudit::apiserver::objects::validate {
namespace {

constexpr std::string_view kServiceProtocols[] = {"SCTP", "TCP", "UDP"};
constexpr std::string_view kTypes[] = {"ClusterIP", "ExternalName", "LoadBalancer", "NodePort"};
constexpr std::string_view kFamilies[] = {"IPv4", "IPv6"};
constexpr std::string_view kPolicies[] = {"Cluster", "Local"};

bool is_headless(const Json* spec) {
  const auto addresses = items(spec, "clusterIPs");
  return addresses.size() == 1 && text_of(addresses[0]) == "None";
}

bool is_reached_from_outside(const Json* spec) {
  const std::string_view type = text(spec, "type");
  return type == "LoadBalancer" || type == "NodePort" ||
         (type == "ClusterIP" && !items(spec, "externalIPs").empty());
}

bool needs_health_check(const Json* spec) {
  return text(spec, "type") == "LoadBalancer" && text(spec, "externalTrafficPolicy") == "Local";
}

// ExternalName is only a name for one outside: it has no addresses.
void check_external_name(const FieldPath& path, const Json* spec, Findings& findings) {
  for (const std::string_view name : {"clusterIPs", "ipFamilies", "ipFamilyPolicy"}) {
    const bool is_set =
        name == "ipFamilyPolicy" ? member(spec, name) != nullptr : !items(spec, name).empty();
    if (is_set) findings.forbidden(path.child(name), "may not be set for ExternalName services");
  }
  std::string_view name = text(spec, "externalName");
  if (name.ends_with('.')) name.remove_suffix(1);
  if (name.empty()) {
    findings.required(path.child("externalName"));
  } else {
    check_dns_subdomain(path.child("externalName"), name, findings);
  }
}

void check_type(const FieldPath& path, const Json* spec, Findings& findings) {
  const std::string_view type = text(spec, "type");
  if (type == "ExternalName") return check_external_name(path, spec, findings);
  if ((type == "LoadBalancer" || type == "NodePort") && is_headless(spec)) {
    const FieldPath list = path.child("clusterIPs");
    findings.invalid(list.at(0), "None",
                     "may not be set to 'None' for " + std::string(type) + " services");
  }
}

void check_port_list(const FieldPath& path, const Json* spec, Findings& findings) {
  const auto ports = items(spec, "ports");
  NameSet names;
  for (std::size_t i = 0; i < ports.size(); ++i) {
    const Json& port = ports[i];
    const FieldPath at = path.at(i);
    const std::string_view name = text(&port, "name");
    if (name.empty() && ports.size() > 1) findings.required(at.child("name"));
    if (!name.empty()) {
      check_dns_label(at.child("name"), name, findings);
      if (!names.insert(name).second) findings.duplicate(at.child("name"), name);
    }
    const std::int64_t value = number_or_zero(&port, "port");
    for (const std::string& fault : port_number_errors(value)) {
      findings.invalid(at.child("port"), value, fault);
    }
    check_required_one_of(at.child("protocol"), text(&port, "protocol"), kServiceProtocols,
                          findings);
    check_port(at.child("targetPort"), member(&port, "targetPort"), findings);
    if (const Json* protocol = member(&port, "appProtocol")) {
      check_qualified_name(at.child("appProtocol"), text_of(*protocol), findings);
    }
  }
}

// As Go prints a port of which only this is set.
std::string shown_port(std::string_view protocol, std::int64_t port) {
  return R"({"Name":"","Protocol":")" + std::string(protocol) + R"(","AppProtocol":null,"Port":)" +
         std::to_string(port) + R"(,"TargetPort":0,"NodePort":0})";
}

void check_repeated_ports(const FieldPath& path, const Json* spec, Findings& findings) {
  using Place = std::pair<std::string_view, std::int64_t>;
  std::set<Place> on_nodes;
  std::size_t index = 0;
  for (const Json& port : items(spec, "ports")) {
    const FieldPath at = path.at(index++);
    const std::int64_t node_port = number_or_zero(&port, "nodePort");
    if (node_port == 0) continue;
    if (!on_nodes.insert({text(&port, "protocol"), node_port}).second) {
      findings.duplicate(at.child("nodePort"), node_port);
    }
  }
  std::set<Place> own;
  index = 0;
  for (const Json& port : items(spec, "ports")) {
    const FieldPath at = path.at(index++);
    const Place place{text(&port, "protocol"), number_or_zero(&port, "port")};
    if (!own.insert(place).second) {
      findings.duplicate(at, Shown::verbatim(shown_port(place.first, place.second)));
    }
  }
}

void check_affinity_of_clients(const FieldPath& path, const Json* spec, Findings& findings) {
  constexpr std::string_view kAffinities[] = {"ClientIP", "None"};
  constexpr std::int64_t kMostSeconds = 86'400;
  const std::string_view affinity = text(spec, "sessionAffinity");
  check_required_one_of(path.child("sessionAffinity"), affinity, kAffinities, findings);
  const Json* config = member(spec, "sessionAffinityConfig");
  const FieldPath at = path.child("sessionAffinityConfig");
  constexpr std::string_view kWhen = "when session affinity type is ClientIP";
  if (affinity == "None") {
    if (config != nullptr) {
      findings.forbidden(at, "must not be set when session affinity is None");
    }
  } else if (affinity == "ClientIP") {
    const Json* client = member(config, "clientIP");
    const auto seconds = number(client, "timeoutSeconds");
    const FieldPath client_path = at.child("clientIP");
    if (config == nullptr) {
      findings.required(at, kWhen);
    } else if (client == nullptr) {
      findings.required(client_path, kWhen);
    } else if (!seconds) {
      findings.required(client_path.child("timeoutSeconds"), kWhen);
    } else if (*seconds <= 0 || *seconds > kMostSeconds) {
      findings.invalid(client_path.child("timeoutSeconds"), *seconds,
                       "must be greater than 0 and less than 86400");
    }
  }
}

bool is_v6(std::string_view address) { return address.find(':') != std::string_view::npos; }

void check_families(const FieldPath& path, const Json* spec, Findings& findings) {
  constexpr std::string_view kFamilyPolicies[] = {"PreferDualStack", "RequireDualStack",
                                                  "SingleStack"};
  const FieldPath list = path.child("ipFamilies");
  NameSet seen;
  std::size_t index = 0;
  for (const Json& family : items(spec, "ipFamilies")) {
    const FieldPath at = list.at(index++);
    check_one_of(at, text_of(family), kFamilies, findings);
    if (!seen.insert(text_of(family)).second) findings.duplicate(at, text_of(family));
  }
  if (member(spec, "ipFamilyPolicy") != nullptr) {
    check_one_of(path.child("ipFamilyPolicy"), text(spec, "ipFamilyPolicy"), kFamilyPolicies,
                 findings);
  }
}

void check_addresses(const FieldPath& path, const Json* spec, Findings& findings) {
  if (text(spec, "type") == "ExternalName") return;
  const FieldPath list = path.child("clusterIPs");
  const auto addresses = items(spec, "clusterIPs");
  const std::string_view first = text(spec, "clusterIP");
  const Json* shown = member(spec, "clusterIPs");
  if (first.empty()) {
    if (!addresses.empty()) {
      findings.invalid(list, shown, "must be empty when `clusterIP` is not specified");
    }
  } else if (addresses.empty()) {
    findings.required(list);
  } else if (text_of(addresses[0]) != first) {
    findings.invalid(list, shown, "first value must match `clusterIP`");
  }
  check_families(path, spec, findings);
  const std::size_t before = findings.size();
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    const std::string_view address = text_of(addresses[i]);
    if (i == 0 && address == "None") {
      if (addresses.size() > 1) {
        findings.invalid(list, shown, "'None' must be the first and only value");
      }
      continue;
    }
    check_ip(list.at(i), address, findings);
  }
  if (addresses.size() > 2) findings.invalid(list, shown, "may only hold up to 2 values");
  if (findings.size() > before || addresses.size() < 2) return;
  if (is_v6(text_of(addresses[0])) == is_v6(text_of(addresses[1]))) {
    findings.invalid(list, shown, "may specify no more than one IP for each IP family");
  }
}

void check_outside(const FieldPath& path, const Json* spec, Findings& findings) {
  const std::string_view policy = text(spec, "externalTrafficPolicy");
  const FieldPath at = path.child("externalTrafficPolicy");
  if (is_reached_from_outside(spec)) {
    check_required_one_of(at, policy, kPolicies, findings);
  } else if (!policy.empty()) {
    findings.invalid(at, policy, "may only be set for externally-accessible services");
  }
  const std::int64_t port = number_or_zero(spec, "healthCheckNodePort");
  const FieldPath port_path = path.child("healthCheckNodePort");
  if (!needs_health_check(spec)) {
    if (port != 0) {
      findings.invalid(port_path, port,
                       "may only be set when `type` is 'LoadBalancer' and "
                       "`externalTrafficPolicy` is 'Local'");
    }
  } else if (port == 0) {
    findings.required(port_path);
  }
}

void check_load_balancer(const FieldPath& path, const Json* spec, Findings& findings) {
  const bool is_one = text(spec, "type") == "LoadBalancer";
  constexpr std::string_view kOnly = "may only be used when `type` is 'LoadBalancer'";
  const auto ranges = items(spec, "loadBalancerSourceRanges");
  const FieldPath list = path.child("LoadBalancerSourceRanges");
  if (!ranges.empty() && !is_one) findings.forbidden(list, kOnly);
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    check_cidr(list.at(i), text_of(ranges[i]), findings);
  }
  if (member(spec, "allocateLoadBalancerNodePorts") != nullptr && !is_one) {
    findings.forbidden(path.child("allocateLoadBalancerNodePorts"), kOnly);
  }
  const Json* of_class = member(spec, "loadBalancerClass");
  if (of_class != nullptr && is_one) {
    check_qualified_name(path.child("loadBalancerClass"), text_of(*of_class), findings);
  } else if (of_class != nullptr) {
    findings.forbidden(path.child("loadBalancerClass"), kOnly);
  }
}

}  // namespace

void check_service(const Json& service, Findings& findings) {
  const FieldPath path("spec");
  const Json* spec = member(&service, "spec");
  const std::string_view type = text(spec, "type");
  const FieldPath ports = path.child("ports");
  if (items(spec, "ports").empty() && !is_headless(spec) && type != "ExternalName") {
    findings.required(ports);
  }
  check_type(path, spec, findings);
  check_port_list(ports, spec, findings);
  check_labels(path.child("selector"), spec, "selector", findings);
  check_affinity_of_clients(path, spec, findings);
  check_addresses(path, spec, findings);
  const FieldPath outside = path.child("externalIPs");
  std::size_t index = 0;
  for (const Json& address : items(spec, "externalIPs")) {
    check_ip(outside.at(index++), text_of(address), findings);
  }
  check_required_one_of(path.child("type"), type, kTypes, findings);
  if (type == "ClusterIP") {
    index = 0;
    for (const Json& port : items(spec, "ports")) {
      const FieldPath at = ports.at(index++);
      if (number_or_zero(&port, "nodePort") != 0) {
        findings.forbidden(at.child("nodePort"), "may not be used when `type` is 'ClusterIP'");
      }
    }
  }
  check_repeated_ports(ports, spec, findings);
  check_load_balancer(path, spec, findings);
  check_outside(path, spec, findings);
  if (member(spec, "internalTrafficPolicy") != nullptr) {
    check_one_of(path.child("internalTrafficPolicy"), text(spec, "internalTrafficPolicy"),
                 kPolicies, findings);
  } else if (type == "ClusterIP" || type == "NodePort" || type == "LoadBalancer") {
    findings.required(path.child("internalTrafficPolicy"));
  }
}

void check_service_change(const Json& before, const Json& after, Findings& findings) {
  const FieldPath list("spec.clusterIPs");
  const Json* old = member(&before, "spec");
  const Json* spec = member(&after, "spec");
  const auto is_name = [](const Json* each) { return text(each, "type") == "ExternalName"; };
  if (!is_name(old) && !is_name(spec) && !(is_headless(old) && is_headless(spec))) {
    const auto was = items(old, "clusterIPs");
    const auto is = items(spec, "clusterIPs");
    const Json* shown = member(spec, "clusterIPs");
    if (is.empty() && !was.empty()) {
      findings.invalid(list.at(0), shown, "primary clusterIP can not be unset");
    }
    const std::size_t compared =
        was.size() == is.size() ? was.size() : std::min<std::size_t>({was.size(), is.size(), 1});
    for (std::size_t i = 0; i < compared; ++i) {
      if (was[i] != is[i]) findings.invalid(list.at(i), shown, "may not change once set");
    }
  }
  const bool balanced = text(old, "type") == "LoadBalancer" && text(spec, "type") == "LoadBalancer";
  if (balanced && !same(member(old, "loadBalancerClass"), member(spec, "loadBalancerClass"))) {
    findings.invalid(FieldPath("spec.loadBalancerClass"), member(spec, "loadBalancerClass"),
                     "may not change once set");
  }
  if (needs_health_check(old) && needs_health_check(spec) &&
      number_or_zero(old, "healthCheckNodePort") != number_or_zero(spec, "healthCheckNodePort")) {
    findings.forbidden(FieldPath("spec.healthCheckNodePort"), kImmutable);
  }
}

}  // namespace kaudit::apiserver::objects::validate
