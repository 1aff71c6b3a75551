#pragma once

#include <string>

#include <openssl/types.h>

namespace kaudit::client {

/// Why a certificate did not verify, in the words of Go's crypto/x509: `x509: certificate is valid
/// for localhost, not nope.example`. `name` is what was asked for; `context` is where OpenSSL
/// verifies.
std::string certificate_error(X509_STORE_CTX* context, const std::string& name);

}  // namespace kaudit::client
