#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "apiserver/http/message.hpp"
#include "audit/event.hpp"
#include "base/result.hpp"

namespace kaudit::apiserver::identity {

/// What an authenticator says of a request.
enum class Authentication : std::uint8_t {
  Authenticated,  ///< the user is known
  NoOpinion,      ///< no credential of this kind: the next one is asked
  Failed,         ///< a credential was presented and is not valid
};

struct AuthenticationResult {
  Authentication outcome = Authentication::NoOpinion;
  /// With system:authenticated (or, anonymous, system:unauthenticated) in its groups.
  audit::SharedUser user;
  /// For the request's events: keys and values.
  std::vector<std::pair<std::string, std::string>> annotations{};
};

/// Finds out who sent a request. Implementations are immutable after construction: any thread may
/// call them.
class Authenticator {
 public:
  Authenticator() = default;
  Authenticator(const Authenticator&) = delete;
  Authenticator& operator=(const Authenticator&) = delete;
  virtual ~Authenticator() = default;
  virtual AuthenticationResult authenticate(const http::Request& request) const = 0;
};

/// The flags of "Authentication", named as kube-apiserver's.
struct AuthenticationOptions {
  std::string client_ca_file;
  std::string token_auth_file;
  bool anonymous_auth = true;
  std::string requestheader_client_ca_file;
  std::vector<std::string> requestheader_allowed_names;
  std::vector<std::string> requestheader_username_headers;
  std::vector<std::string> requestheader_uid_headers;
  std::vector<std::string> requestheader_group_headers;
  std::vector<std::string> requestheader_extra_headers_prefix;
};

class ServiceAccountTokens;
class TokenAuthenticator;

struct Authenticators {
  std::shared_ptr<const Authenticator> requests;
  std::shared_ptr<const TokenAuthenticator> tokens;  ///< the bearer tokens alone, for TokenReviews
};

/// Builds kube-apiserver's order: front proxy, client certificate, bearer token, then anonymous
/// when nobody claimed a credential. `own_ca_pem` is the CA of the server's own admin certificate,
/// trusted beside --client-ca-file; `accounts` knows service accounts' tokens, null: there are
/// none. All errors of the files together, each naming its flag and file (and line).
tl::expected<Authenticators, std::vector<Error>> make_authenticator(
    const AuthenticationOptions& options, const std::string& own_ca_pem,
    std::shared_ptr<const ServiceAccountTokens> accounts = nullptr);

}  // namespace kaudit::apiserver::identity
