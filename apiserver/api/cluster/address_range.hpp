#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "base/result.hpp"

namespace kaudit::apiserver::api {

enum class IpFamily : std::uint8_t { V4, V6 };

/// As `ipFamilies` of a Service names it.
std::string_view name_of(IpFamily family) noexcept;

/// A network whose addresses Services get: `10.96.0.0/12`.
class AddressRange {
 public:
  /// Nothing for what is not a network.
  static std::optional<AddressRange> parse(std::string_view text);

  IpFamily family() const noexcept { return family_; }
  /// How many addresses it has, at most 2^32.
  std::uint64_t size() const noexcept;
  /// How many bits of an address it leaves open.
  std::size_t host_bits() const noexcept;
  /// The n-th one; 0 is that of the network itself.
  std::string at(std::uint64_t n) const;
  /// Whether a Service may have that address: not the network's own, nor in IPv4 its broadcast.
  bool gives(std::string_view address) const;

 private:
  using Bytes = std::array<unsigned char, 16>;

  IpFamily family_ = IpFamily::V4;
  std::size_t prefix_ = 0;  ///< bits
  Bytes network_{};         ///< of IPv4 the first four
};

/// The networks of Services: one, or one of each family. (--service-cluster-ip-range)
struct ServiceRanges {
  /// Whether an address that a client chose must be of a range, and free.
  enum class Choice : std::uint8_t { Any, OfRange };

  std::vector<AddressRange> ranges = {*AddressRange::parse("10.96.0.0/12")};
  Choice choice = Choice::Any;

  /// Reads the flag; "" leaves the default. Errors as kube-apiserver has them.
  static tl::expected<ServiceRanges, std::vector<Error>> parse(std::string_view flag);

  /// null when there is none of that family.
  const AddressRange* of(IpFamily family) const noexcept;
  const AddressRange& primary() const noexcept { return ranges.front(); }
};

}  // namespace kaudit::apiserver::api
