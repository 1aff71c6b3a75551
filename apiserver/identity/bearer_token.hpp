#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "apiserver/identity/authenticator.hpp"
#include "apiserver/identity/token_authenticator.hpp"

namespace kaudit::apiserver::identity {

/// The token of an Authorization header of scheme Bearer (in any case); nullopt when there is none:
/// another scheme, an empty token, a second space before it (request/bearertoken).
std::optional<std::string_view> bearer_token(const http::Headers& headers) noexcept;

/// The user of a bearer token. Fails on a token that nobody has, or that is not for the API.
class BearerTokenAuthenticator final : public Authenticator {
 public:
  BearerTokenAuthenticator(std::shared_ptr<const TokenAuthenticator> tokens, Audiences audiences)
      : tokens_(std::move(tokens)), audiences_(std::move(audiences)) {}
  AuthenticationResult authenticate(const http::Request& request) const override;

 private:
  std::shared_ptr<const TokenAuthenticator> tokens_;
  Audiences audiences_;
};

}  // namespace kaudit::apiserver::identity
