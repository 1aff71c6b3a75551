#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "apiserver/identity/bound_objects.hpp"
#include "apiserver/identity/token_authenticator.hpp"
#include "apiserver/identity/tokens/jwt.hpp"
#include "apiserver/identity/tokens/token_key.hpp"
#include "apiserver/identity/tokens/verified_tokens.hpp"
#include "base/result.hpp"

namespace kaudit::apiserver::identity {

struct ServiceAccountTokenSettings {
  std::vector<std::string> issuers;  ///< the first is written, all are accepted; at least one
  Audiences api_audiences;           ///< what a token without audiences is for
  std::vector<TokenKey> keys;        ///< that verify
  TokenKey signing_key;
  std::shared_ptr<const BoundObjects> objects;
  /// The one place that is asked for the time; tests move it.
  std::function<Timestamp()> now = Timestamp::now;
};

/// What a new token is to say.
struct TokenOrder {
  std::string ns;
  TokenRef account;
  std::optional<TokenRef> pod;
  std::optional<TokenRef> node;
  std::optional<TokenRef> secret;
  Audiences audiences;
  std::chrono::seconds lifetime{0};
  std::chrono::seconds warn_after{0};  ///< 0: no warning
};

struct IssuedToken {
  std::string token;
  std::string credential_id;  ///< `JTI=…`, as the events of its use will show it
};

/// Issues and verifies service accounts' tokens (kubernetes pkg/serviceaccount/{jwt,claims}.go). A
/// token is good while its time runs, its service account and the object that it is bound to exist
/// with the same uid, and an audience of it is asked for. Times are taken with a minute's leeway.
/// One that a Secret holds (`kubernetes.io/service-account-token`) has no end of its own: it is
/// good while that Secret holds it. That a signature is good is remembered, and nothing else.
/// Differs from Kubernetes: a token ends with its object, not ten seconds later; a Secret is not
/// labelled with when it was last used. Any thread.
class ServiceAccountTokens final : public TokenAuthenticator {
 public:
  explicit ServiceAccountTokens(ServiceAccountTokenSettings settings)
      : settings_(std::move(settings)) {}

  const std::vector<std::string>& issuers() const noexcept { return settings_.issuers; }
  const Audiences& api_audiences() const noexcept { return settings_.api_audiences; }
  const std::vector<TokenKey>& keys() const noexcept { return settings_.keys; }
  Timestamp now() const { return settings_.now(); }

  IssuedToken issue(const TokenOrder& order) const;
  /// The token for a Secret to hold.
  std::string issue_for_secret(std::string_view ns, const TokenRef& account,
                               std::string_view secret) const;
  TokenResult authenticate(std::string_view token, const Audiences& audiences) const override;

 private:
  bool is_ours(const std::string& issuer) const;
  Result<TokenClaims> verified_claims(const Jwt& jwt) const;
  Result<Audiences> check_audiences(const TokenClaims& claims, const Audiences& audiences) const;
  Result<void> check_time(const TokenClaims& claims) const;
  Result<void> check_objects(const TokenClaims& claims) const;
  Result<void> check_secret(const TokenClaims& claims, std::string_view token) const;
  std::string signed_token(std::string_view claims) const;
  Result<void> check_account(const TokenClaims& claims) const;
  std::vector<std::pair<std::string, std::string>> annotations_of(const TokenClaims& claims) const;

  ServiceAccountTokenSettings settings_;
  mutable VerifiedTokens verified_;
};

}  // namespace kaudit::apiserver::identity
