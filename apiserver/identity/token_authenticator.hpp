#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "apiserver/identity/authenticator.hpp"
#include "apiserver/identity/token_file.hpp"

namespace kaudit::apiserver::identity {

/// Whom a token is meant for.
using Audiences = std::vector<std::string>;

/// Those of the first list that are in the second, in the first one's order. (apiserver
/// pkg/authentication/authenticator Audiences.Intersect)
Audiences intersection(const Audiences& a, const Audiences& b);

struct TokenResult {
  AuthenticationResult result;
  Audiences audiences;  ///< of those asked for, the ones that the token is for
  std::string error;    ///< why it failed, as a TokenReview says it
};

/// Knows the users of bearer tokens, wherever these came from. Any thread may ask. (apiserver
/// pkg/authentication/authenticator Token)
class TokenAuthenticator {
 public:
  TokenAuthenticator() = default;
  TokenAuthenticator(const TokenAuthenticator&) = delete;
  TokenAuthenticator& operator=(const TokenAuthenticator&) = delete;
  virtual ~TokenAuthenticator() = default;

  /// NoOpinion: the token is of another kind.
  virtual TokenResult authenticate(std::string_view token, const Audiences& audiences) const = 0;
};

/// The tokens of --token-auth-file, which are for the API alone.
class TokenFileAuthenticator final : public TokenAuthenticator {
 public:
  /// Its users get the group of all who are authenticated at once, so that requests share them.
  TokenFileAuthenticator(TokenFile tokens, Audiences api_audiences);
  TokenResult authenticate(std::string_view token, const Audiences& audiences) const override;

 private:
  TokenFile tokens_;
  Audiences api_audiences_;
};

/// Asks each in turn; the first that knows the user wins. Nobody's token is a failure, and so is
/// one that any of them refused. (token/union, and what request/bearertoken makes of it)
class TokenUnion final : public TokenAuthenticator {
 public:
  explicit TokenUnion(std::vector<std::shared_ptr<const TokenAuthenticator>> authenticators)
      : authenticators_(std::move(authenticators)) {}
  TokenResult authenticate(std::string_view token, const Audiences& audiences) const override;

 private:
  std::vector<std::shared_ptr<const TokenAuthenticator>> authenticators_;
};

}  // namespace kaudit::apiserver::identity
