#pragma once

#include <memory>

#include "apiserver/identity/authenticator.hpp"
#include "apiserver/identity/token_file.hpp"

namespace kaudit::apiserver::identity {

/// A bearer token among the subprotocols of a WebSocket request, for browsers, which can set no
/// header: `base64url.bearer.authorization.k8s.io.<token in base64url>` beside one other
/// subprotocol at least (request/websocket). Fails on two tokens, bad base64, a token that is alone
/// or that nobody has.
class WebSocketTokenAuthenticator final : public Authenticator {
 public:
  explicit WebSocketTokenAuthenticator(std::shared_ptr<const TokenFile> tokens);
  AuthenticationResult authenticate(const http::Request& request) const override;

 private:
  std::shared_ptr<const TokenFile> tokens_;
};

}  // namespace kaudit::apiserver::identity
