#pragma once

#include <string>

namespace kaudit::cli {

/// What a kubeconfig for --audit-webhook-config-file says. Empty members are left out.
struct SenderKubeconfig {
  std::string server;  ///< URL
  std::string ca_pem;  ///< embedded
  std::string token;
  std::string certificate;  ///< PEM of the sender's certificate, embedded
  std::string key;

  std::string text() const;
};

}  // namespace kaudit::cli
