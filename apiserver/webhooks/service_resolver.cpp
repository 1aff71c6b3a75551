#include "apiserver/webhooks/service_resolver.hpp"

#include <algorithm>
#include <utility>

#include "base/client/server_url.hpp"
#include "base/text/integer.hpp"
#include "base/text/quote.hpp"

namespace kaudit::apiserver::webhooks {
namespace {

constexpr int kMaxPort = 65535;

std::optional<int> port_number(std::string_view text) {
  const auto number = parse_int64(text);
  if (!number || *number < 1 || *number > kMaxPort) return std::nullopt;
  return static_cast<int>(*number);
}

tl::unexpected<Error> no_pair(std::string_view pair) {
  return fail("--service-resolver " + go_quoted(pair) +
              " is not a pair such as default/hook:443=127.0.0.1:8443");
}

}  // namespace

Result<ServiceResolver::Entry> ServiceResolver::parse_pair(std::string_view pair) {
  const std::size_t equals = pair.find('=');
  if (equals == std::string_view::npos) return no_pair(pair);
  std::string_view service = pair.substr(0, equals);
  Entry entry;
  if (const std::size_t colon = service.find(':'); colon != std::string_view::npos) {
    const auto port = port_number(service.substr(colon + 1));
    if (!port) return no_pair(pair);
    entry.port = *port;
    service = service.substr(0, colon);
  }
  const std::size_t slash = service.find('/');
  if (slash == 0 || slash == std::string_view::npos || slash + 1 == service.size()) {
    return no_pair(pair);
  }
  entry.service = service;
  entry.address = pair.substr(equals + 1);
  const auto url = client::parse_url("https://" + entry.address);
  if (!url || !port_number(url->port) || !url->path.empty()) return no_pair(pair);
  if (!url->is_loopback()) {
    return fail("--service-resolver " + go_quoted(pair) + ": " + entry.address +
                " is not an address of the loopback interface");
  }
  return entry;
}

tl::expected<ServiceResolver, std::vector<Error>> ServiceResolver::parse(
    const std::vector<std::string>& pairs) {
  ServiceResolver resolver;
  std::vector<Error> errors;
  for (const std::string& pair : pairs) {
    if (auto entry = parse_pair(pair)) {
      resolver.entries_.push_back(*std::move(entry));
    } else {
      errors.push_back(entry.error());
    }
  }
  if (!errors.empty()) return tl::unexpected(std::move(errors));
  return resolver;
}

std::optional<std::string> ServiceResolver::resolve(std::string_view ns, std::string_view name,
                                                    int port) const {
  const std::string service = std::string(ns) + "/" + std::string(name);
  const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) {
    return entry.service == service && (entry.port == 0 || entry.port == port);
  });
  if (found == entries_.end()) return std::nullopt;
  return found->address;
}

}  // namespace kaudit::apiserver::webhooks
