#pragma once

#include <memory>
#include <string>

#include <openssl/types.h>

#include "base/result.hpp"

namespace kaudit::apiserver::http {

/// A server's TLS settings: versions 1.2 and 1.3, ALPN http/1.1, a client certificate asked for but
/// neither demanded nor judged (the authenticators do that), no resumption, so that every handshake
/// shows the certificate again. Errors: a certificate or key that does not parse, or the two do not
/// belong together.
Result<std::shared_ptr<SSL_CTX>> make_server_context(const std::string& certificate_pem,
                                                     const std::string& private_key_pem);

}  // namespace kaudit::apiserver::http
