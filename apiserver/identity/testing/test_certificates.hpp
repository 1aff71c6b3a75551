#pragma once

#include <memory>
#include <string>
#include <vector>

#include "apiserver/http/tls/peer_certificate.hpp"
#include "base/tls/openssl_support.hpp"

namespace kaudit::apiserver::identity::testing {

/// A certificate authority that lives in memory, with a key of its own.
class TestCa {
 public:
  explicit TestCa(const std::string& name);

  std::string pem() const;
  /// A client certificate, as a server gets it in the handshake.
  std::shared_ptr<const http::PeerCertificate> issue(
      const std::string& common_name, const std::vector<std::string>& organizations = {}) const;

 private:
  tls::KeyPtr key_;
  tls::X509Ptr certificate_;
};

}  // namespace kaudit::apiserver::identity::testing
