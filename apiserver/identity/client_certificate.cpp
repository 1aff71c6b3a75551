#include "apiserver/identity/client_certificate.hpp"

#include <string>
#include <utility>
#include <vector>

#include "apiserver/identity/composition.hpp"
#include "apiserver/identity/well_known.hpp"

namespace kaudit::apiserver::identity {

namespace {

/// With the group that authenticated users get, so that it is shared as it is.
audit::SharedUser user_of(const http::PeerCertificate& certificate) {
  audit::UserInfo user;
  user.username = certificate.common_name();
  user.groups = certificate.organizations();
  user.extra.emplace(kCredentialIdKey,
                     std::vector<std::string>{"X509SHA256=" + certificate.sha256_hex()});
  audit::SharedUser shared(std::move(user));
  add_authenticated_group(shared);
  return shared;
}

}  // namespace

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
  result.user = certificate->derived<audit::SharedUser>(user_of);
  return result;
}

}  // namespace kaudit::apiserver::identity
