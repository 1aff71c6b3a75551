#include <cstdint>
#include <string>
#include <string_view>

#include "apiserver/objects/validate/kinds_rules.hpp"
#include "apiserver/objects/validate/words/label_rules.hpp"
#include "apiserver/objects/validate/words/members.hpp"
#include "apiserver/objects/validate/words/name_rules.hpp"
#include "apiserver/objects/validate/words/text_rules.hpp"
#include "base/text/ip_address.hpp"

namespace kaudit::apiserver::objects::validate {
namespace {

constexpr std::string_view kPathTypes[] = {"Exact", "ImplementationSpecific", "Prefix"};
constexpr std::string_view kNotInPaths[] = {"//", "/./", "/../", "%2f", "%2F"};
constexpr std::string_view kNotBehindPaths[] = {"/..", "/."};
constexpr std::string_view kDirections[] = {"Ingress", "Egress"};
constexpr std::string_view kPeerProtocols[] = {"TCP", "UDP", "SCTP"};

// --- ingresses

void check_service_backend(const FieldPath& path, const Json& service, Findings& findings) {
  const std::string_view name = text(&service, "name");
  if (name.empty()) {
    findings.required(path.child("service.name"));
  } else {
    findings.invalid(path.child("service.name"), name, name_errors(NameRule::DnsLabel, name));
  }
  const Json* port = member(&service, "port");
  const std::string_view port_name = text(port, "name");
  const std::int64_t port_number = number_or_zero(port, "number");
  if (!port_name.empty() && port_number != 0) {
    findings.invalid(path, "", "cannot set both port name & port number");
  } else if (!port_name.empty()) {
    findings.invalid(path.child("service.port.name"), port_name, port_name_errors(port_name));
  } else if (port_number != 0) {
    for (const std::string& fault : port_number_errors(port_number)) {
      findings.invalid(path.child("service.port.number"), port_number, fault);
    }
  } else {
    findings.required(path, "port name or number is required");
  }
}

void check_backend(const FieldPath& path, const Json* backend, Findings& findings) {
  const Json* resource = member(backend, "resource");
  const Json* service = member(backend, "service");
  if (resource != nullptr && service != nullptr) {
    findings.invalid(path, "", "cannot set both resource and service backends");
  } else if (service != nullptr) {
    check_service_backend(path, *service, findings);
  } else if (resource != nullptr) {
    const FieldPath at = path.child("resource");
    for (const std::string_view name : {"kind", "name"}) {
      if (text(resource, name).empty()) {
        findings.required(at.child(name), std::string(name) + " is required");
      }
    }
  } else {
    findings.invalid(path, "", "resource or service backend is required");
  }
}

void check_path(const FieldPath& at, const Json& rule, Findings& findings) {
  const std::string_view type = text(&rule, "pathType");
  const std::string_view path = text(&rule, "path");
  const FieldPath path_at = at.child("path");
  if (member(&rule, "pathType") == nullptr) {
    return findings.required(at.child("pathType"), "pathType must be specified");
  }
  if (type == "Exact" || type == "Prefix") {
    if (!path.starts_with('/')) findings.invalid(path_at, path, "must be an absolute path");
    for (const std::string_view part : kNotInPaths) {
      if (path.find(part) != std::string_view::npos) {
        findings.invalid(path_at, path, "must not contain '" + std::string(part) + "'");
      }
    }
    for (const std::string_view part : kNotBehindPaths) {
      if (path.ends_with(part)) {
        findings.invalid(path_at, path, "cannot end with '" + std::string(part) + "'");
      }
    }
  } else if (type == "ImplementationSpecific") {
    if (!path.empty() && !path.starts_with('/')) {
      findings.invalid(path_at, path, "must be an absolute path");
    }
  } else {
    findings.not_supported(at.child("pathType"), type, kPathTypes);
  }
  check_backend(at.child("backend"), member(&rule, "backend"), findings);
}

void check_host(const FieldPath& path, std::string_view host, Findings& findings) {
  if (host.find('*') != std::string_view::npos) {
    findings.invalid(path, host, wildcard_subdomain_errors(host));
  } else {
    check_dns_subdomain(path, host, findings);
  }
}

void check_rule(const FieldPath& path, const Json& rule, Findings& findings) {
  if (const std::string_view host = text(&rule, "host"); !host.empty()) {
    if (IpAddress::parse(host)) {
      findings.invalid(path.child("host"), host, "must be a DNS name, not an IP address");
    }
    check_host(path.child("host"), host, findings);
  }
  const Json* http = member(&rule, "http");
  if (http == nullptr) return;
  const FieldPath list = path.child("http.paths");
  const auto paths = items(http, "paths");
  if (paths.empty()) findings.required(list);
  for (std::size_t i = 0; i < paths.size(); ++i) check_path(list.at(i), paths[i], findings);
}

void check_tls(const FieldPath& list, const Json* spec, Findings& findings) {
  std::size_t index = 0;
  for (const Json& tls : items(spec, "tls")) {
    const FieldPath at = list.at(index++);
    const FieldPath hosts = at.child("hosts");
    std::size_t i = 0;
    for (const Json& host : items(&tls, "hosts")) {
      check_host(hosts.at(i++), text_of(host), findings);
    }
    if (const std::string_view secret = text(&tls, "secretName"); !secret.empty()) {
      check_dns_subdomain(at.child("secretName"), secret, findings);
    }
  }
}

// --- network policies

void check_policy_port(const FieldPath& path, const Json& port, Findings& findings) {
  if (member(&port, "protocol") != nullptr) {
    check_one_of(path.child("protocol"), text(&port, "protocol"), kPeerProtocols, findings);
  }
  const Json* value = member(&port, "port");
  const auto end = number(&port, "endPort");
  const FieldPath end_path = path.child("endPort");
  if (value == nullptr) {
    if (end) findings.invalid(end_path, *end, "may not be specified when `port` is not specified");
  } else if (value->string() != nullptr) {
    if (end) findings.invalid(end_path, *end, "may not be specified when `port` is non-numeric");
    check_port(path.child("port"), value, findings);
  } else {
    check_port(path.child("port"), value, findings);
    if (!end) return;
    if (*end < number_or_zero(&port, "port")) {
      findings.invalid(end_path, *end, "must be greater than or equal to `port`");
    }
    for (const std::string& fault : port_number_errors(*end)) {
      findings.invalid(end_path, *end, fault);
    }
  }
}

void check_block(const FieldPath& path, const Json& block, Findings& findings) {
  const std::string_view cidr = text(&block, "cidr");
  if (cidr.empty()) return findings.declared_required(path.child("cidr"));
  check_cidr(path.child("cidr"), cidr, findings);
  const FieldPath list = path.child("except");
  std::size_t index = 0;
  for (const Json& except : items(&block, "except")) {
    const FieldPath at = list.at(index++);
    const std::string_view part = text_of(except);
    const std::size_t before = findings.size();
    check_cidr(at, part, findings);
    if (findings.size() == before && is_cidr(cidr) && !is_strict_part(part, cidr)) {
      findings.invalid(at, part, "must be a strict subset of `cidr`");
    }
  }
}

void check_peer(const FieldPath& path, const Json& peer, Findings& findings) {
  std::size_t peers = 0;
  for (const std::string_view name : {"podSelector", "namespaceSelector"}) {
    const Json* selector = member(&peer, name);
    if (selector == nullptr) continue;
    ++peers;
    check_label_selector(path.child(name), selector, findings);
  }
  const Json* block = member(&peer, "ipBlock");
  if (block != nullptr) {
    ++peers;
    check_block(path.child("ipBlock"), *block, findings);
  }
  if (peers == 0) {
    findings.required(path, "must specify a peer");
  } else if (peers > 1 && block != nullptr) {
    findings.forbidden(path, "may not specify both ipBlock and another peer");
  }
}

void check_policy_rules(const FieldPath& list, const Json* spec, std::string_view direction,
                        std::string_view peers, Findings& findings) {
  std::size_t index = 0;
  for (const Json& rule : items(spec, direction)) {
    const FieldPath at = list.at(index++);
    const FieldPath ports_path = at.child("ports");
    const FieldPath peers_path = at.child(peers);
    std::size_t i = 0;
    for (const Json& port : items(&rule, "ports")) {
      check_policy_port(ports_path.at(i++), port, findings);
    }
    i = 0;
    for (const Json& peer : items(&rule, peers)) check_peer(peers_path.at(i++), peer, findings);
  }
}

}  // namespace

void check_ingress(const Json& ingress, Findings& findings) {
  const FieldPath path("spec");
  const Json* spec = member(&ingress, "spec");
  const auto rules = items(spec, "rules");
  const Json* backend = member(spec, "defaultBackend");
  if (rules.empty() && backend == nullptr) {
    findings.invalid(path, member(spec, "rules"),
                     "either `defaultBackend` or `rules` must be specified");
  }
  if (backend != nullptr) check_backend(path.child("defaultBackend"), backend, findings);
  const FieldPath list = path.child("rules");
  for (std::size_t i = 0; i < rules.size(); ++i) check_rule(list.at(i), rules[i], findings);
  check_tls(path.child("tls"), spec, findings);
  if (member(spec, "ingressClassName") != nullptr) {
    check_dns_subdomain(path.child("ingressClassName"), text(spec, "ingressClassName"), findings);
  }
}

void check_network_policy(const Json& policy, Findings& findings) {
  const FieldPath path("spec");
  const Json* spec = member(&policy, "spec");
  check_label_selector(path.child("podSelector"), member(spec, "podSelector"), findings);
  check_policy_rules(path.child("ingress"), spec, "ingress", "from", findings);
  check_policy_rules(path.child("egress"), spec, "egress", "to", findings);
  const auto types = items(spec, "policyTypes");
  const FieldPath list = path.child("policyTypes");
  if (types.size() > std::size(kDirections)) {
    return findings.invalid(list, member(spec, "policyTypes"),
                            "may not specify more than two policyTypes");
  }
  for (std::size_t i = 0; i < types.size(); ++i) {
    check_one_of(list.at(i), text_of(types[i]), kDirections, findings);
  }
}

}  // namespace kaudit::apiserver::objects::validate
