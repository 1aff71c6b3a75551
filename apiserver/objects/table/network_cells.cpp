#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "apiserver/objects/table/cell_functions.hpp"
#include "apiserver/objects/table/cell_text.hpp"
#include "base/text/list.hpp"

namespace kaudit::apiserver::objects::table::cells {
namespace {

Json text_or(std::string_view text, std::string_view none) {
  return Json(text.empty() ? none : text);
}

/// IPs, else host names, of a load balancer: sorted, each once.
std::vector<std::string> balancer_addresses(const Json& object) {
  std::set<std::string> addresses;
  for (const Json& ingress : items(at(object, ".status.loadBalancer.ingress"))) {
    const std::string_view ip = ingress.text("ip");
    const std::string_view address = ip.empty() ? ingress.text("hostname") : ip;
    if (!address.empty()) addresses.emplace(address);
  }
  return {addresses.begin(), addresses.end()};
}

std::string with_port(std::string_view ip, const std::string& port) {
  const bool v6 = ip.find(':') != std::string_view::npos;
  return (v6 ? "[" + std::string(ip) + "]" : std::string(ip)) + ":" + port;
}

void append_subset(std::vector<std::string>& texts, const Json& subset) {
  const auto ports = items(subset.find("ports"));
  const auto addresses = items(subset.find("addresses"));
  if (ports.empty()) {
    for (const Json& address : addresses) texts.emplace_back(address.text("ip"));
    return;
  }
  for (const Json& port : ports) {
    for (const Json& address : addresses) {
      texts.push_back(with_port(address.text("ip"), text_or_zero(port.find("port"))));
    }
  }
}

}  // namespace

Json service_external_ip(const Row& row) {
  const std::string type = text_at(row.object, ".spec.type");
  std::vector<std::string> external = texts_at(row.object, ".spec.externalIPs");
  if (type == "ClusterIP" || type == "NodePort") return text_or(joined(external, ","), "<none>");
  if (type == "ExternalName") return Json(text_at(row.object, ".spec.externalName"));
  if (type != "LoadBalancer") return Json("<unknown>");
  std::vector<std::string> all = balancer_addresses(row.object);
  all.insert(all.end(), external.begin(), external.end());
  return text_or(joined(all, ","), "<pending>");
}

Json service_ports(const Row& row) {
  std::vector<std::string> texts;
  for (const Json& port : items(at(row.object, ".spec.ports"))) {
    std::string text = text_or_zero(port.find("port"));
    if (const std::int64_t node_port = number_at(port, ".nodePort"); node_port > 0) {
      text += ":" + std::to_string(node_port);
    }
    texts.push_back(text.append("/").append(port.text("protocol")));
  }
  return text_or(joined(texts, ","), "<none>");
}

Json endpoints(const Row& row) {
  std::vector<std::string> texts;
  for (const Json& subset : items(at(row.object, ".subsets"))) append_subset(texts, subset);
  return text_or(first_three(texts), "<none>");
}

Json slice_ports(const Row& row) {
  std::vector<std::string> texts;
  for (const Json& port : items(at(row.object, ".ports"))) {
    const Json* number = port.find("port");
    if (number != nullptr && number->number()) {
      texts.push_back(number->number()->text);
    } else {
      texts.emplace_back(port.text("name").empty() ? "*" : port.text("name"));
    }
  }
  return text_or(first_three(texts), "<unset>");
}

Json slice_endpoints(const Row& row) {
  std::vector<std::string> texts;
  for (const Json& endpoint : items(at(row.object, ".endpoints"))) {
    for (std::string& address : texts_at(endpoint, ".addresses")) {
      texts.push_back(std::move(address));
    }
  }
  return text_or(first_three(texts), "<unset>");
}

Json ingress_hosts(const Row& row) {
  const auto rules = items(at(row.object, ".spec.rules"));
  constexpr std::size_t kShown = 3;
  std::vector<std::string> hosts;
  for (const Json& rule : rules) {
    if (hosts.size() == kShown) break;
    if (!rule.text("host").empty()) hosts.emplace_back(rule.text("host"));
  }
  if (hosts.empty()) return Json("*");
  std::string text = joined(hosts, ",");
  if (hosts.size() == kShown && rules.size() > kShown) {
    text += " + " + std::to_string(rules.size() - kShown) + " more...";
  }
  return Json(text);
}

Json ingress_ports(const Row& row) {
  return Json(count(at(row.object, ".spec.tls")) > 0 ? "80, 443" : "80");
}

Json load_balancer(const Row& row) { return Json(joined(balancer_addresses(row.object), ",")); }

Json class_parameters(const Row& row) {
  const Json* parameters = at(row.object, ".spec.parameters");
  if (parameters == nullptr || parameters->is_null()) return Json("<none>");
  std::string text(parameters->text("kind"));
  if (!parameters->text("apiGroup").empty()) text.append(".").append(parameters->text("apiGroup"));
  return Json(text.append("/").append(parameters->text("name")));
}

Json ip_parent(const Row& row) {
  const Json* parent = at(row.object, ".spec.parentRef");
  if (parent == nullptr) return Json("");
  std::string text(parent->text("resource"));
  if (!parent->text("group").empty()) text.append(".").append(parent->text("group"));
  if (!parent->text("namespace").empty()) text.append("/").append(parent->text("namespace"));
  return Json(text.append("/").append(parent->text("name")));
}

}  // namespace kaudit::apiserver::objects::table::cells
