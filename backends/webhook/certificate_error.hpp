#pragma once

#include <string>

#include <openssl/types.h>

namespace kaudit::backends::webhook {

/// Why a handshake's certificate did not verify, in the words of Go's crypto/x509: `x509:
/// certificate is valid for localhost, not nope.example`. `name` is what was asked for.
std::string certificate_error(const SSL* ssl, const std::string& name);

}  // namespace kaudit::backends::webhook
