#pragma once

#include <memory>
#include <string>
#include <vector>

#include "apiserver/http/peer_certificate.hpp"
#include "audit/openssl/openssl_support.hpp"

namespace kaudit::apiserver::testing {

/// A certificate authority that lives in memory, with a key of its own.
class TestCa {
 public:
  explicit TestCa(const std::string& name);

  std::string pem() const;
  /// A client certificate, as a server gets it in the handshake.
  std::shared_ptr<const http::PeerCertificate> issue(
      const std::string& common_name, const std::vector<std::string>& organizations = {}) const;

 private:
  KeyPtr key_;
  X509Ptr certificate_;
};

}  // namespace kaudit::apiserver::testing
