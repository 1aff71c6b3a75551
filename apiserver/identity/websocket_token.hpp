#pragma once

#include <memory>
#include <utility>

#include "apiserver/identity/authenticator.hpp"
#include "apiserver/identity/token_authenticator.hpp"

namespace kaudit::apiserver::identity {

/// A bearer token among the subprotocols of a WebSocket request, for browsers, which can set no
/// header: `base64url.bearer.authorization.k8s.io.<token in base64url>` beside one other
/// subprotocol at least (request/websocket). Fails on two tokens, bad base64, a token that is not
/// UTF-8, is alone, or that nobody has.
class WebSocketTokenAuthenticator final : public Authenticator {
 public:
  WebSocketTokenAuthenticator(std::shared_ptr<const TokenAuthenticator> tokens, Audiences audiences)
      : tokens_(std::move(tokens)), audiences_(std::move(audiences)) {}
  AuthenticationResult authenticate(const http::Request& request) const override;

 private:
  std::shared_ptr<const TokenAuthenticator> tokens_;
  Audiences audiences_;
};

/// Takes the tokens out of the subprotocols, so that none of them is ever answered.
void remove_token_protocols(http::Headers& headers);
/// Whether there are any.
bool has_token_protocol(const http::Headers& headers);

}  // namespace kaudit::apiserver::identity
