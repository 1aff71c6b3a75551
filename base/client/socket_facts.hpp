#pragma once

#include <cstdint>
#include <string>
#include <sys/socket.h>

namespace kaudit::client {

/// How many bytes a TCP socket has received since it was connected; 0 when the system does not say.
std::uint64_t received_bytes(int socket) noexcept;

/// `10.0.0.1:80`, `[::1]:80`.
std::string address_text(const sockaddr& address, socklen_t length);

}  // namespace kaudit::client
