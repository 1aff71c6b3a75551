#include "apiserver/identity/authenticator.hpp"

#include <memory>
#include <optional>
#include <utility>

#include "apiserver/identity/anonymous.hpp"
#include "apiserver/identity/bearer_token.hpp"
#include "apiserver/identity/client_certificate.hpp"
#include "apiserver/identity/composition.hpp"
#include "apiserver/identity/front_proxy.hpp"
#include "apiserver/identity/service_account_tokens.hpp"
#include "apiserver/identity/token_authenticator.hpp"
#include "apiserver/identity/token_file.hpp"
#include "apiserver/identity/websocket_token.hpp"
#include "base/files/read_file.hpp"
#include "base/logging.hpp"
#include "base/text/trim.hpp"

namespace kaudit::apiserver::identity {
namespace {

/// Builds the authenticators and collects what is wrong with their flags.
class Builder {
 public:
  Builder(const AuthenticationOptions& options, const std::string& own_ca_pem,
          std::shared_ptr<const ServiceAccountTokens> accounts)
      : options_(options), own_ca_pem_(own_ca_pem), accounts_(std::move(accounts)) {}

  tl::expected<Authenticators, std::vector<Error>> build() {
    std::vector<AuthenticatorPtr> kinds;
    add_front_proxy(kinds);
    add_client_certificate(kinds);
    add_tokens(kinds);
    if (!errors_.empty()) {
      return tl::unexpected(std::move(errors_));
    }
    AuthenticatorPtr all = std::make_shared<AuthenticatedGroupAdder>(
        std::make_shared<FirstThatKnows>(std::move(kinds)));
    if (options_.anonymous_auth) {
      all = std::make_shared<UnlessClaimed>(all, std::make_shared<AnonymousAuthenticator>());
    }
    return Authenticators{all, tokens_};
  }

 private:
  /// What a file is read as, or nullopt and an error that names flag and file.
  template <typename Parse>
  auto load(std::string_view flag, const std::string& path, Parse parse) {
    auto parsed = read_file(path).and_then(parse);
    std::optional<typename decltype(parsed)::value_type> value;
    if (parsed) {
      value = std::move(*parsed);
    } else {
      errors_.push_back(
          Error{std::string(flag) + ": file \"" + path + "\": " + parsed.error().message});
    }
    return value;
  }

  void check_names(std::string_view flag, const std::vector<std::string>& names) {
    for (const auto& name : names) {
      if (trim_space(name).empty()) {
        errors_.push_back(Error{"empty value in \"" + std::string(flag) + "\""});
        return;
      }
    }
  }

  void add_front_proxy(std::vector<AuthenticatorPtr>& kinds) {
    check_names("requestheader-username-headers", options_.requestheader_username_headers);
    check_names("requestheader-uid-headers", options_.requestheader_uid_headers);
    check_names("requestheader-group-headers", options_.requestheader_group_headers);
    check_names("requestheader-extra-headers-prefix", options_.requestheader_extra_headers_prefix);
    check_names("requestheader-allowed-names", options_.requestheader_allowed_names);
    if (options_.requestheader_client_ca_file.empty()) {
      return;
    }
    if (const auto pool =
            load("--requestheader-client-ca-file", options_.requestheader_client_ca_file,
                 http::CertificatePool::from_pem)) {
      kinds.push_back(std::make_shared<FrontProxyAuthenticator>(FrontProxyOptions{
          *pool, options_.requestheader_allowed_names, options_.requestheader_username_headers,
          options_.requestheader_uid_headers, options_.requestheader_group_headers,
          options_.requestheader_extra_headers_prefix}));
    }
  }

  void add_client_certificate(std::vector<AuthenticatorPtr>& kinds) {
    auto pem = own_ca_pem_;
    if (!options_.client_ca_file.empty()) {
      const auto file = load("--client-ca-file", options_.client_ca_file, [](std::string text) {
        // Read by itself first, so that a file without a certificate is not hidden by our own CA.
        return http::CertificatePool::from_pem(text).map(
            [&text](const auto& /*pool*/) { return std::move(text); });
      });
      pem += file ? "\n" + *file : "";
    }
    if (pem.empty()) {
      return;
    }
    if (const auto pool = http::CertificatePool::from_pem(pem)) {
      kinds.push_back(std::make_shared<ClientCertificateAuthenticator>(*pool));
    } else {
      errors_.push_back(Error{"the server's own CA: " + pool.error().message});
    }
  }

  /// There are always token authenticators: without a file, and without service accounts' keys,
  /// every token is one that nobody has, and claiming it is refused.
  void add_tokens(std::vector<AuthenticatorPtr>& kinds) {
    const Audiences audiences = accounts_ ? accounts_->api_audiences() : Audiences();
    std::vector<std::shared_ptr<const TokenAuthenticator>> known;
    if (!options_.token_auth_file.empty()) {
      auto file = load("--token-auth-file", options_.token_auth_file, TokenFile::parse);
      if (!file) {
        return;
      }
      for (const auto& warning : file->warnings()) {
        log_warning("--token-auth-file: file \"{}\": {}", options_.token_auth_file, warning);
      }
      known.push_back(std::make_shared<TokenFileAuthenticator>(std::move(*file), audiences));
    }
    if (accounts_) {
      known.push_back(accounts_);
    }
    tokens_ = std::make_shared<TokenUnion>(std::move(known));
    kinds.push_back(std::make_shared<BearerTokenAuthenticator>(tokens_, audiences));
    kinds.push_back(std::make_shared<WebSocketTokenAuthenticator>(tokens_, audiences));
  }

  const AuthenticationOptions& options_;
  const std::string& own_ca_pem_;
  std::shared_ptr<const ServiceAccountTokens> accounts_;
  std::shared_ptr<const TokenAuthenticator> tokens_;
  std::vector<Error> errors_;
};

}  // namespace

tl::expected<Authenticators, std::vector<Error>> make_authenticator(
    const AuthenticationOptions& options, const std::string& own_ca_pem,
    std::shared_ptr<const ServiceAccountTokens> accounts) {
  return Builder(options, own_ca_pem, std::move(accounts)).build();
}

}  // namespace kaudit::apiserver::identity
