#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kaudit {

/// An IP address as Go's net.IP: IPv4 and IPv4-mapped IPv6 are the same.
class IpAddress {
 public:
  /// Reads as Kubernetes' ParseIPSloppy: leading zeros are decimal and of any number; no zone, port
  /// or brackets.
  static std::optional<IpAddress> parse(std::string_view text) noexcept;

  /// Dotted decimal, or the canonical form of RFC 5952.
  std::string text() const;

  /// As Go's net.IP.IsGlobalUnicast: private ranges count, but neither loopback, link-local,
  /// multicast, unspecified nor broadcast addresses.
  bool is_global_unicast() const noexcept;

  /// The network that it is in: with all bits behind the first `bits` cleared (of 32 in IPv4, 128
  /// in IPv6).
  IpAddress masked(std::size_t bits) const noexcept;

  friend bool operator==(const IpAddress&, const IpAddress&) = default;

 private:
  using Groups = std::array<std::uint16_t, 8>;
  explicit IpAddress(const Groups& groups) noexcept : groups_(groups) {}
  bool is_v4() const noexcept;

  Groups groups_;  ///< IPv4 as IPv4-mapped IPv6
};

/// A host as it stands before `:port`: an IPv6 address in brackets. (Go's net.JoinHostPort)
std::string bracketed(std::string_view host);

}  // namespace kaudit
