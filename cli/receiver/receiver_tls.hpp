#pragma once

#include <array>
#include <memory>
#include <string>

#include <openssl/types.h>

#include "base/result.hpp"
#include "cli/receiver/wire/fault_spec.hpp"

namespace kaudit::cli {

/// A receiver's side of TLS: certificates made for it at the start, and a good one's CA, which
/// senders are to trust. Constant after it is made; any thread.
class ReceiverTls {
 public:
  /// `client_ca_pem`: senders must show a certificate of one of these CAs; empty: none is asked
  /// for. Error: that does not parse.
  static Result<ReceiverTls> make(const std::string& bind_address,
                                  const std::string& client_ca_pem);

  const std::string& ca_pem() const noexcept { return ca_pem_; }
  SSL_CTX* context(ShownCertificate shown) const noexcept {
    return contexts_[static_cast<std::size_t>(shown)].get();
  }

 private:
  std::string ca_pem_;
  std::array<std::shared_ptr<SSL_CTX>, 4> contexts_;
};

}  // namespace kaudit::cli
