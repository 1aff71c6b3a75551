#pragma once

#include <memory>

#include "apiserver/http/tls/peer_certificate.hpp"
#include "apiserver/identity/authenticator.hpp"

namespace kaudit::apiserver::identity {

/// A client certificate that chains to one of the CAs: its common name is the user, its
/// organizations the groups, its fingerprint the credential-id (request/x509 with
/// CommonNameUserConversion). Fails on a certificate that does not chain; has no opinion on one
/// without a common name. Differs from Kubernetes: no uid is read from the certificate.
class ClientCertificateAuthenticator final : public Authenticator {
 public:
  explicit ClientCertificateAuthenticator(std::shared_ptr<const http::CertificatePool> pool);
  AuthenticationResult authenticate(const http::Request& request) const override;

 private:
  std::shared_ptr<const http::CertificatePool> pool_;
};

}  // namespace kaudit::apiserver::identity
