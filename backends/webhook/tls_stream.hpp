#pragma once

#include <memory>
#include <string>

#include <openssl/types.h>

#include "backends/webhook/client_config.hpp"
#include "backends/webhook/stream.hpp"

namespace kaudit::backends::webhook {

/// Speaks TLS over another stream as a client: shakes hands, and verifies that the peer is `name`
/// (a host or an address) where the context asks for verification. Failures have the texts of Go's
/// crypto/tls and crypto/x509.
Outcome<std::unique_ptr<Stream>> connect_tls(std::unique_ptr<Stream> below, SSL_CTX* context,
                                             const std::string& name, const Patience& patience);

}  // namespace kaudit::backends::webhook
