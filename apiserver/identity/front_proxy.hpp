#pragma once

#include <memory>
#include <string>
#include <vector>

#include "apiserver/http/tls/peer_certificate.hpp"
#include "apiserver/identity/authenticator.hpp"

namespace kaudit::apiserver::identity {

/// Where a front proxy says who its client is, and which proxies are believed.
struct FrontProxyOptions {
  std::shared_ptr<const http::CertificatePool> pool;
  std::vector<std::string> allowed_names;  ///< common names; empty: any
  // Names of headers, in order of preference.
  std::vector<std::string> username_headers;
  std::vector<std::string> uid_headers;
  std::vector<std::string> group_headers;
  std::vector<std::string> extra_headers_prefix;
};

/// The headers of a proxy that shows a certificate of the right CA (request/headerrequest). Fails
/// on a certificate of another CA or another name; has no opinion when no username header is set.
class FrontProxyAuthenticator final : public Authenticator {
 public:
  explicit FrontProxyAuthenticator(FrontProxyOptions options);
  AuthenticationResult authenticate(const http::Request& request) const override;

 private:
  bool is_believed(const http::PeerCertificate& certificate) const;
  audit::UserInfo::Extra extra_of(const http::Headers& headers) const;

  FrontProxyOptions options_;
};

}  // namespace kaudit::apiserver::identity
