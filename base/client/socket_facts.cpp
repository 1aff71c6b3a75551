#include "base/client/socket_facts.hpp"

#include <array>
#include <linux/tcp.h>
#include <netdb.h>
#include <netinet/in.h>

#include "base/text/ip_address.hpp"

namespace kaudit::client {

std::uint64_t received_bytes(int socket) noexcept {
  tcp_info info{};
  socklen_t size = sizeof info;
  if (::getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return 0;
  return info.tcpi_bytes_received;
}

std::string address_text(const sockaddr& address, socklen_t length) {
  std::array<char, NI_MAXHOST> host{};
  std::array<char, NI_MAXSERV> port{};
  if (::getnameinfo(&address, length, host.data(), host.size(), port.data(), port.size(),
                    NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
    return "?";
  }
  const std::string name = host.data();
  return bracketed(name) + ":" + port.data();
}

}  // namespace kaudit::client
