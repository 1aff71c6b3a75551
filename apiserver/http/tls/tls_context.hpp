#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <openssl/types.h>

#include "base/result.hpp"

namespace kaudit::apiserver::http {

/// What a client may choose by ALPN; without it, it is HTTP/1.1.
enum class Protocols : std::uint8_t { Http1, Http1AndHttp2 };

/// A server's TLS settings: versions 1.2 and 1.3, ALPN (h2 before http/1.1), a client certificate
/// asked for but neither demanded nor judged (the authenticators do that), no resumption, so that
/// every handshake shows the certificate again. Errors: a certificate or key that does not parse,
/// or the two do not belong together.
Result<std::shared_ptr<SSL_CTX>> make_server_context(const std::string& certificate_pem,
                                                     const std::string& private_key_pem,
                                                     Protocols protocols);

}  // namespace kaudit::apiserver::http
