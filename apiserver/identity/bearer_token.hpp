#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "apiserver/identity/authenticator.hpp"
#include "apiserver/identity/token_file.hpp"

namespace kaudit::apiserver::identity {

/// The token of an Authorization header of scheme Bearer (in any case); nullopt when there is none:
/// another scheme, an empty token, a second space before it (request/bearertoken).
std::optional<std::string_view> bearer_token(const http::Headers& headers) noexcept;

/// The user of a bearer token. Fails on a token that nobody has.
class BearerTokenAuthenticator final : public Authenticator {
 public:
  explicit BearerTokenAuthenticator(std::shared_ptr<const TokenFile> tokens);
  AuthenticationResult authenticate(const http::Request& request) const override;

 private:
  std::shared_ptr<const TokenFile> tokens_;
};

/// The user of a token; Failed when it is nobody's.
AuthenticationResult user_of_token(const TokenFile& tokens, std::string_view token);

}  // namespace kaudit::apiserver::identity
