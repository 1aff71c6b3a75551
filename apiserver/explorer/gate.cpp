#include "apiserver/explorer/gate.hpp"

#include <algorithm>
#include <utility>

#include "apiserver/identity/bearer_token.hpp"
#include "base/text/ascii.hpp"
#include "base/text/list.hpp"
#include "base/text/trim.hpp"
#include "base/tls/secret.hpp"

namespace kaudit::apiserver::explorer {
namespace {

std::string_view without_port(std::string_view host) noexcept {
  const std::size_t colon = host.rfind(':');
  if (colon == host.npos) return host;
  const bool has_port = std::ranges::all_of(host.substr(colon + 1), is_digit);
  return has_port ? host.substr(0, colon) : host;
}

/// The value of a cookie; "" when there is none.
std::string_view cookie_value(const http::Headers& headers, std::string_view name) {
  for (const std::string_view line : headers.all("Cookie")) {
    for (const std::string_view pair : split(line, ';')) {
      std::string_view rest = trim_space(pair);
      if (take_until(rest, '=') == name) return rest;
    }
  }
  return {};
}

bool changes_something(std::string_view method) noexcept {
  return method != "GET" && method != "HEAD";
}

}  // namespace

Gate::Gate(std::vector<std::string> hosts)
    : hosts_(std::move(hosts)), session_(tls::random_secret()), token_(tls::random_secret()) {}

void Gate::listens_on(const std::string& authority, std::uint16_t port) {
  const std::string suffix = ":" + std::to_string(port);
  for (const std::string& own :
       {authority, "127.0.0.1" + suffix, "localhost" + suffix, "[::1]" + suffix}) {
    hosts_.push_back(own);
  }
  cookie_name_ = "kaudit_explorer_" + std::to_string(port);
}

bool Gate::is_own_host(std::string_view host) const {
  for (const std::string& own : hosts_) {
    if (equals_ignoring_case(own, host) || equals_ignoring_case(own, without_port(host))) {
      return true;
    }
  }
  return false;
}

std::optional<Gate::Refusal> Gate::judge_origin(const http::Request& request) const {
  const auto host = request.headers.first("Host");
  if (!host || !is_own_host(*host)) {
    return Refusal{421,
                   "This is not a name of the explorer. When a port is forwarded under another "
                   "name, start the server with --explorer-allow-host=NAME."};
  }
  const auto origin = request.headers.first("Origin");
  if (origin) {
    const std::size_t scheme = origin->find("://");
    if (scheme == origin->npos || !equals_ignoring_case(origin->substr(scheme + 3), *host)) {
      return Refusal{403, "The explorer takes no requests from pages of another origin."};
    }
  }
  const std::string_view site = request.headers.first("Sec-Fetch-Site").value_or("none");
  const bool opens_page =
      request.headers.first("Sec-Fetch-Mode").value_or("") == "navigate" && request.method == "GET";
  if (site != "same-origin" && site != "none" && !opens_page) {
    return Refusal{403, "The explorer takes no requests from pages of another site."};
  }
  // Browsers name the origin of whatever changes something; programs have no cookie.
  if (changes_something(request.method) && !origin && request.headers.has("Cookie")) {
    return Refusal{403, "A request that changes something must name its origin."};
  }
  return std::nullopt;
}

bool Gate::knows(const http::Request& request) const {
  if (tls::same_secret(cookie_value(request.headers, cookie_name_), session_)) return true;
  const auto bearer = identity::bearer_token(request.headers);
  return bearer && tls::same_secret(*bearer, token());
}

std::optional<std::string> Gate::redeem(std::string_view token) {
  const Lock lock(mutex_);
  if (!tls::same_secret(token, token_)) return std::nullopt;
  token_ = tls::random_secret();
  return cookie_name_ + "=" + session_ + "; Path=/; HttpOnly; SameSite=Strict";
}

std::string Gate::token() const {
  const Lock lock(mutex_);
  return token_;
}

}  // namespace kaudit::apiserver::explorer
