#pragma once

#include <memory>
#include <string>

#include "backends/webhook/stream.hpp"

namespace kaudit::backends::webhook {

/// Connects to the first address of `host` that answers. Host: a name or an address; the wait for
/// the name's lookup counts too. Failures: `dial tcp 127.0.0.1:9: connect: connection refused`.
Outcome<std::unique_ptr<Stream>> connect_tcp(const std::string& host, const std::string& port,
                                             const Patience& patience);

/// True when nothing has come on an idle connection: no end, no error, no stray bytes.
bool is_quiet(int socket) noexcept;

}  // namespace kaudit::backends::webhook
