#include "apiserver/identity/websocket_token.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "base/text/ascii.hpp"
#include "base/text/base64.hpp"
#include "base/text/list.hpp"
#include "base/text/trim.hpp"
#include "base/text/unicode.hpp"

namespace kaudit::apiserver::identity {
namespace {

constexpr std::string_view kProtocolHeader = "Sec-WebSocket-Protocol";
constexpr std::string_view kTokenPrefix = "base64url.bearer.authorization.k8s.io.";

bool is_websocket_request(const http::Headers& headers) {
  if (!equals_ignoring_case(headers.first("Upgrade").value_or(""), "websocket")) {
    return false;
  }
  for (const auto option : split(headers.first("Connection").value_or(""), ',')) {
    if (equals_ignoring_case(trim_space(option), "upgrade")) {
      return true;
    }
  }
  return false;
}

/// The token, or "" when there is none. Error: the client tried, and not well.
Result<std::string> token_of(const http::Headers& headers) {
  std::optional<std::string> token;
  bool has_other_protocol = false;
  for (const auto line : headers.all(kProtocolHeader)) {
    for (const auto element : split(line, ',')) {
      const auto protocol = trim_space(element);
      if (!protocol.starts_with(kTokenPrefix)) {
        has_other_protocol = true;
        continue;
      }
      if (token) {
        return fail("multiple bearer tokens");
      }
      auto decoded = base64url_decode(protocol.substr(kTokenPrefix.size()));
      if (!decoded) {
        return fail("a bearer token that is not base64url");
      }
      if (!is_utf8(*decoded)) {
        return fail("a bearer token that is no UTF-8");
      }
      token = *std::move(decoded);
    }
  }
  if (token && !has_other_protocol) {
    // The server must answer with a subprotocol, and it must not be the token.
    return fail("no subprotocol beside the bearer token");
  }
  return token.value_or("");
}

}  // namespace

AuthenticationResult WebSocketTokenAuthenticator::authenticate(const http::Request& request) const {
  AuthenticationResult result;
  if (!is_websocket_request(request.headers)) {
    return result;
  }
  const auto token = token_of(request.headers);
  if (!token) {
    result.outcome = Authentication::Failed;
    return result;
  }
  return token->empty() ? result : tokens_->authenticate(*token, audiences_).result;
}

bool has_token_protocol(const http::Headers& headers) {
  for (const auto line : headers.all(kProtocolHeader)) {
    if (line.find(kTokenPrefix) != std::string_view::npos) {
      return true;
    }
  }
  return false;
}

void remove_token_protocols(http::Headers& headers) {
  std::vector<std::string_view> kept;
  for (const auto line : headers.all(kProtocolHeader)) {
    for (const auto element : split(line, ',')) {
      const auto protocol = trim_space(element);
      if (!protocol.starts_with(kTokenPrefix)) {
        kept.push_back(protocol);
      }
    }
  }
  headers.set(kProtocolHeader, joined(kept, ","));
}

}  // namespace kaudit::apiserver::identity
