#pragma once

#include <memory>
#include <string>

#include "backends/webhook/server_url.hpp"
#include "backends/webhook/stream.hpp"

namespace kaudit::backends::webhook {

/// `Proxy-Authorization: …` with its line end; empty for a proxy without user.
std::string proxy_authorization(const Url& proxy);

/// Makes an HTTP proxy pass bytes to and from `address` (host:port): CONNECT, with the credentials
/// of its URL. A failure names the status it answered.
Outcome<void> connect_through_http(Stream& stream, const Url& proxy, const std::string& address,
                                   const Patience& patience);

/// The same by SOCKS5 (RFC 1928, RFC 1929); the proxy looks up the name.
Outcome<void> connect_through_socks5(Stream& stream, const Url& proxy, const Url& server,
                                     const Patience& patience);

}  // namespace kaudit::backends::webhook
