#pragma once

#include <string>
#include <sys/socket.h>
#include <vector>

#include "backends/webhook/stream.hpp"

namespace kaudit::backends::webhook {

struct Address {
  sockaddr_storage storage{};
  socklen_t length = 0;

  const sockaddr* generic() const noexcept { return reinterpret_cast<const sockaddr*>(&storage); }
};

/// The addresses of a name (or of an address), in the system's order. The system's resolver knows
/// no deadline: it runs on a thread of its own, and is left to itself when patience ends.
/// Failure: `dial tcp: lookup NAME: no such host`.
Outcome<std::vector<Address>> resolve(const std::string& host, const std::string& port,
                                      const Patience& patience);

}  // namespace kaudit::backends::webhook
