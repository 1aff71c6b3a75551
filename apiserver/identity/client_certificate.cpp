#include "apiserver/identity/client_certificate.hpp"

#include <string>
#include <utility>
#include <vector>

#include "apiserver/identity/well_known.hpp"

namespace kaudit::apiserver::identity {

ClientCertificateAuthenticator::ClientCertificateAuthenticator(
    std::shared_ptr<const http::CertificatePool> pool)
    : pool_(std::move(pool)) {}

AuthenticationResult ClientCertificateAuthenticator::authenticate(
    const http::Request& request) const {
  const auto& certificate = request.peer.certificate;
  if (!certificate) {
    return {};
  }
  AuthenticationResult result;
  if (!pool_->verify(*certificate)) {
    result.outcome = Authentication::Failed;
    return result;
  }
  if (certificate->common_name().empty()) {
    return result;
  }
  result.outcome = Authentication::Authenticated;
  result.user.username = certificate->common_name();
  result.user.groups = certificate->organizations();
  result.user.extra.emplace(kCredentialIdKey,
                            std::vector<std::string>{"X509SHA256=" + certificate->sha256_hex()});
  return result;
}

}  // namespace kaudit::apiserver::identity
