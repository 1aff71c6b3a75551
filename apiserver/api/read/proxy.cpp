// `pods/NAME/proxy`, `services/NAME/proxy`, `nodes/NAME/proxy`: who would be asked is found as a
// real server finds it. Nothing runs behind that address here, and none is ever dialled (a client
// could name any), so the answer is the one of an address at which nobody listens.
#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <utility>

#include "apiserver/api/operations.hpp"
#include "apiserver/api/read/scheme_name_port.hpp"
#include "apiserver/api/status_errors.hpp"
#include "base/text/ascii.hpp"
#include "base/text/integer.hpp"
#include "base/text/ip_address.hpp"
#include "base/text/list.hpp"
#include "base/text/quote.hpp"

namespace kaudit::apiserver::api {
namespace {

using boost::asio::awaitable;
using objects::Json;

/// The backend that a real server would dial.
struct Backend {
  std::string scheme;
  std::string host;
  std::string port;
};

Json::Array items_of(const Json* object, std::string_view list) {
  const Json* found = object != nullptr ? object->find(list) : nullptr;
  return found != nullptr && found->array() != nullptr ? *found->array() : Json::Array();
}

std::string number_text(const Json& object, std::string_view name) {
  const Json* found = object.find(name);
  return found != nullptr && found->number() != nullptr ? std::string(found->number()->text)
                                                        : std::string();
}

bool is_proxied_to(std::string_view address) {
  const auto ip = IpAddress::parse(address);
  return ip && ip->is_global_unicast();
}

audit::Status address_not_allowed() { return bad_request("address not allowed"); }

/// The address of a Pod, which its kubelet reports; "" before that.
std::string pod_ip(const Json& pod) {
  const Json* status = pod.find("status");
  if (status == nullptr) return "";
  const Json::Array ips = items_of(status, "podIPs");
  return std::string(ips.empty() ? status->text("podIP") : ips.front().text("ip"));
}

/// Where no port is named, the first one that a container has.
std::string first_container_port(const Json& pod) {
  for (const Json& container : items_of(pod.find("spec"), "containers")) {
    const Json::Array ports = items_of(&container, "ports");
    if (!ports.empty()) return number_text(ports.front(), "containerPort");
  }
  return "";
}

// (kubernetes pkg/registry/core/pod ResourceLocation)
awaitable<Expected<Backend>> backend_of_pod(Call& call, const SchemeNamePort asked) {
  const std::string name(asked.name);
  const auto pod = co_await call.store().get(call.key(name));
  if (!pod) co_return tl::unexpected(not_found(call.resource, name));
  const Json tree = (*pod)->tree();
  Backend backend;
  backend.scheme = asked.scheme;
  backend.host = pod_ip(tree);
  backend.port = asked.port.empty() ? first_container_port(tree) : std::string(asked.port);
  if (!is_proxied_to(backend.host)) co_return tl::unexpected(address_not_allowed());
  co_return backend;
}

audit::Status no_endpoints(std::string_view service) {
  return service_unavailable("no endpoints available for service " + go_quoted(service));
}

/// A port that is a number stands for the name that the Service gives it, "" for a lone one
/// without.
Expected<std::string> port_name(const Json& service, std::string_view name, std::int64_t number) {
  for (const Json& port : items_of(service.find("spec"), "ports")) {
    if (number_text(port, "port") == std::to_string(number)) return std::string(port.text("name"));
  }
  return tl::unexpected(service_unavailable("no service port " + std::to_string(number) +
                                            " found for service " + go_quoted(name)));
}

/// The port of that name in a slice; "" when it has none.
std::string port_in_slice(const Json& slice, std::string_view name) {
  for (const Json& port : items_of(&slice, "ports")) {
    if (port.text("name") == name) return number_text(port, "port");
  }
  return "";
}

bool is_ready(const Json& endpoint) {
  const Json* conditions = endpoint.find("conditions");
  const Json* ready = conditions != nullptr ? conditions->find("ready") : nullptr;
  return ready == nullptr || ready->boolean() == nullptr || *ready->boolean();
}

/// Only what a Pod of the same namespace answers at counts, not an address that anyone wrote down.
awaitable<bool> belongs_to_a_pod(Call& call, const Json& endpoint, const std::string address) {
  const Json* target = endpoint.find("targetRef");
  if (target == nullptr || target->text("namespace") != call.ns) co_return false;
  const objects::Resource* pods = objects::find_resource("", "v1", "pods");
  Call look_up{call.scope, call.options, *pods, nullptr, call.ns, ""};
  const auto pod = co_await call.store().get(look_up.key(target->text("name")));
  if (!pod) co_return false;
  const Json tree = (*pod)->tree();
  const Json::Array ips = items_of(tree.find("status"), "podIPs");
  co_return std::any_of(ips.begin(), ips.end(),
                        [&address](const Json& ip) { return ip.text("ip") == address; });
}

// (apiserver pkg/util/proxy RandomEndpoint; here the first one that serves)
awaitable<Expected<Backend>> endpoint_of(Call& call, const SchemeNamePort asked,
                                         const std::string& port_of_service) {
  const std::string name(asked.name);
  const objects::Resource* slices =
      objects::find_resource("discovery.k8s.io", "v1", "endpointslices");
  Call look_up{call.scope, call.options, *slices, nullptr, call.ns, ""};
  store::ListRequest request;
  request.prefix = look_up.prefix();
  const auto page = co_await call.store().list(request);
  if (!page) co_return tl::unexpected(refused(look_up, page.error()));
  for (const objects::ObjectPtr& object : page->objects) {
    const Json slice = object->tree();
    const Json* labels = slice.find("metadata")->find("labels");
    if (labels == nullptr || labels->text("kubernetes.io/service-name") != name) continue;
    Backend backend;
    backend.scheme = asked.scheme;
    backend.port = port_in_slice(slice, port_of_service);
    if (backend.port.empty()) continue;
    for (const Json& endpoint : items_of(&slice, "endpoints")) {
      const Json::Array addresses = items_of(&endpoint, "addresses");
      if (addresses.empty() || addresses.front().string() == nullptr || !is_ready(endpoint)) {
        continue;
      }
      backend.host = *addresses.front().string();
      const bool serves = co_await belongs_to_a_pod(call, endpoint, backend.host);
      if (serves) co_return backend;
    }
  }
  co_return tl::unexpected(no_endpoints(asked.name));
}

// (kubernetes pkg/registry/core/service/storage ResourceLocation: a Service is only looked up where
// the port is a number; without one its slices decide)
awaitable<Expected<Backend>> backend_of_service(Call& call, const SchemeNamePort asked) {
  std::string port(asked.port);
  if (const auto number = parse_int64(asked.port)) {
    const std::string name(asked.name);
    const auto service = co_await call.store().get(call.key(name));
    if (!service) co_return tl::unexpected(not_found(call.resource, name));
    auto named = port_name((*service)->tree(), asked.name, *number);
    if (!named) co_return tl::unexpected(named.error());
    port = *std::move(named);
  }
  co_return co_await endpoint_of(call, asked, port);
}

/// The address at which a kubelet is asked, by kube-apiserver's order of preference; "" for none.
std::string node_address(const Json& node) {
  constexpr std::array<std::string_view, 5> kPreferred{"Hostname", "InternalDNS", "InternalIP",
                                                       "ExternalDNS", "ExternalIP"};
  const Json::Array addresses = items_of(node.find("status"), "addresses");
  for (const std::string_view type : kPreferred) {
    for (const Json& address : addresses) {
      if (address.text("type") == type) return std::string(address.text("address"));
    }
  }
  return "";
}

std::string kubelet_port(const Json& node) {
  const Json* status = node.find("status");
  const Json* daemons = status != nullptr ? status->find("daemonEndpoints") : nullptr;
  const Json* kubelet = daemons != nullptr ? daemons->find("kubeletEndpoint") : nullptr;
  const std::string port = kubelet != nullptr ? number_text(*kubelet, "Port") : "";
  return port.empty() || port == "0" ? "10250" : port;
}

// (kubernetes pkg/registry/core/node ResourceLocation)
awaitable<Expected<Backend>> backend_of_node(Call& call, const SchemeNamePort asked) {
  const std::string name(asked.name);
  const auto node = co_await call.store().get(call.key(name));
  if (!node) co_return tl::unexpected(not_found(call.resource, name));
  const Json tree = (*node)->tree();
  Backend backend;
  backend.host = node_address(tree);
  if (backend.host.empty()) {
    // The list is empty, or has only types that a real server does not know either.
    co_return tl::unexpected(unexpected("no preferred addresses found; known addresses: []"));
  }
  const auto ip = IpAddress::parse(backend.host);
  if (!ip) co_return tl::unexpected(bad_request("lookup " + backend.host + ": no such host"));
  if (!ip->is_global_unicast()) co_return tl::unexpected(address_not_allowed());
  const std::string own = kubelet_port(tree);
  const bool kubelet = asked.port.empty() || asked.port == own;
  backend.scheme = kubelet ? "https" : std::string(asked.scheme);
  backend.port = kubelet ? own : std::string(asked.port);
  co_return backend;
}

/// What Go says of a connection that is refused, or of a port that is no number.
std::string dial_error(const Backend& backend) {
  const bool v6 = backend.host.find(':') != std::string::npos;
  const std::string host = v6 ? "[" + backend.host + "]" : backend.host;
  std::string port = backend.port;
  if (port.empty()) {
    port = backend.scheme == "https" ? "443" : "80";
  }
  if (!std::all_of(port.begin(), port.end(), is_digit)) {
    return "dial tcp: lookup tcp/" + port + ": unknown port";
  }
  return "dial tcp " + host + ":" + port + ": connect: connection refused";
}

/// An empty path behind `proxy` is sent on to `/`, before anyone is dialled.
bool wants_a_slash(const Call& call) {
  const std::string& method = call.scope.request().method;
  return call.scope.info.parts.size() == 3 && !call.scope.info.path.ends_with('/') &&
         (method == "GET" || method == "HEAD");
}

Answer redirect(const Call& call) {
  const std::string& query = call.scope.url.raw_query;
  http::Headers headers;
  const std::string path(call.scope.info.path);
  headers.set("Location", path + "/" + (query.empty() ? "" : "?" + query));
  return Answer(http::Response(301, std::move(headers)));
}

bool is_upgrade(const http::Headers& headers) {
  const auto lines = headers.all("Connection");
  return std::any_of(lines.begin(), lines.end(), [](std::string_view line) {
    return lower_case(line).find("upgrade") != std::string::npos;
  });
}

awaitable<Expected<Backend>> backend_of(Call& call, const SchemeNamePort asked) {
  if (call.resource.name == "services") co_return co_await backend_of_service(call, asked);
  if (call.resource.name == "nodes") co_return co_await backend_of_node(call, asked);
  co_return co_await backend_of_pod(call, asked);
}

}  // namespace

Streamed proxy(Call& call) {
  RequestScope& scope = call.scope;
  if (scope.url.has_parameter("dryRun")) {
    co_return answer_with(scope, bad_request("dryRun is not supported"));
  }
  const auto asked = SchemeNamePort::parse(call.name);
  if (!asked) {
    co_return answer_with(scope, bad_request("invalid " + std::string(call.resource.singular) +
                                             " request " + go_quoted(call.name)));
  }
  const auto backend = co_await backend_of(call, *asked);
  if (!backend) co_return answer_with(scope, backend.error());
  if (is_upgrade(scope.request().headers)) {
    // A connection that is to be taken over is dialled without what words its errors.
    co_return answer_with(scope, unexpected(dial_error(*backend)));
  }
  if (wants_a_slash(call)) co_return redirect(call);
  co_return answer_with(
      scope, service_unavailable("error trying to reach service: " + dial_error(*backend)));
}

}  // namespace kaudit::apiserver::api
