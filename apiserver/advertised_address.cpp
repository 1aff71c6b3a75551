#include "apiserver/advertised_address.hpp"

#include <cstring>
#include <ifaddrs.h>
#include <memory>
#include <net/if.h>
#include <netinet/in.h>

#include <boost/asio/ip/address.hpp>

namespace kaudit::apiserver {
namespace {

namespace ip = boost::asio::ip;

ip::address address_of(const sockaddr& socket) {
  if (socket.sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &socket, sizeof v4);
    return ip::address_v4(ntohl(v4.sin_addr.s_addr));
  }
  sockaddr_in6 v6{};
  std::memcpy(&v6, &socket, sizeof v6);
  ip::address_v6::bytes_type bytes{};
  std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
  return ip::address_v6(bytes);
}

bool is_link_local(const ip::address& address) {
  return address.is_v6() && address.to_v6().is_link_local();
}

}  // namespace

std::string advertised_address(const std::string& bind_address) {
  boost::system::error_code unreadable;
  const ip::address bound = ip::make_address(bind_address, unreadable);
  if (unreadable || !bound.is_unspecified()) return bind_address;
  const int family = bound.is_v6() ? AF_INET6 : AF_INET;
  ifaddrs* raw = nullptr;
  if (getifaddrs(&raw) == 0) {
    const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> all(raw, freeifaddrs);
    for (const ifaddrs* each = all.get(); each != nullptr; each = each->ifa_next) {
      constexpr unsigned kWanted = IFF_UP | IFF_RUNNING;
      if (each->ifa_addr == nullptr || each->ifa_addr->sa_family != family ||
          (each->ifa_flags & kWanted) != kWanted || (each->ifa_flags & IFF_LOOPBACK) != 0) {
        continue;
      }
      const ip::address address = address_of(*each->ifa_addr);
      if (!is_link_local(address)) return address.to_string();
    }
  }
  return bound.is_v6() ? "::1" : "127.0.0.1";
}

}  // namespace kaudit::apiserver
