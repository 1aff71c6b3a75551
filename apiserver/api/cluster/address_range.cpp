#include "apiserver/api/cluster/address_range.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/ip/address.hpp>

#include "base/text/integer.hpp"
#include "base/text/ip_address.hpp"
#include "base/text/list.hpp"

namespace kaudit::apiserver::api {
namespace {

namespace ip = boost::asio::ip;

constexpr std::uint64_t kFewestAddresses = 8;
constexpr std::size_t kMostOpenBits = 64;

std::optional<ip::address> address_of(std::string_view text) {
  // First as Kubernetes reads addresses, zeros in front and all.
  const auto read = IpAddress::parse(text);
  if (!read) return std::nullopt;
  boost::system::error_code error;
  auto address = ip::make_address(read->text(), error);
  if (error) return std::nullopt;
  return address;
}

std::array<unsigned char, 16> bytes_of(const ip::address& address) {
  std::array<unsigned char, 16> bytes{};
  if (address.is_v4()) {
    const auto four = address.to_v4().to_bytes();
    std::copy(four.begin(), four.end(), bytes.begin());
  } else {
    const auto all = address.to_v6().to_bytes();
    std::copy(all.begin(), all.end(), bytes.begin());
  }
  return bytes;
}

}  // namespace

std::string_view name_of(IpFamily family) noexcept {
  return family == IpFamily::V4 ? "IPv4" : "IPv6";
}

std::optional<AddressRange> AddressRange::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto address = address_of(text.substr(0, slash));
  const auto prefix = parse_int64(text.substr(slash + 1));
  if (!address || !prefix || *prefix < 0) return std::nullopt;
  AddressRange range;
  range.family_ = address->is_v4() ? IpFamily::V4 : IpFamily::V6;
  range.prefix_ = static_cast<std::size_t>(*prefix);
  if (range.prefix_ > (address->is_v4() ? 32U : 128U)) return std::nullopt;
  range.network_ = bytes_of(*address);
  for (std::size_t bit = range.prefix_; bit < 128; ++bit) {
    range.network_[bit / 8] &= static_cast<unsigned char>(~(0x80U >> (bit % 8)));
  }
  return range;
}

std::size_t AddressRange::host_bits() const noexcept {
  return (family_ == IpFamily::V4 ? 32 : 128) - prefix_;
}

std::uint64_t AddressRange::size() const noexcept {
  return std::uint64_t{1} << std::min<std::size_t>(host_bits(), 32);
}

std::string AddressRange::at(std::uint64_t n) const {
  Bytes bytes = network_;
  const std::size_t end = family_ == IpFamily::V4 ? 4 : 16;
  for (std::size_t i = end; i > 0 && n != 0; --i, n >>= 8U) {
    bytes[i - 1] |= static_cast<unsigned char>(n & 0xFFU);
  }
  if (family_ == IpFamily::V6) return ip::address_v6(bytes).to_string();
  return ip::address_v4(ip::address_v4::bytes_type{bytes[0], bytes[1], bytes[2], bytes[3]})
      .to_string();
}

bool AddressRange::gives(std::string_view text) const {
  const auto address = address_of(text);
  if (!address || address->is_v4() != (family_ == IpFamily::V4)) return false;
  const Bytes bytes = bytes_of(*address);
  bool first = true;
  bool last = true;
  const std::size_t bits = family_ == IpFamily::V4 ? 32 : 128;
  for (std::size_t bit = 0; bit < bits; ++bit) {
    const unsigned mask = 0x80U >> (bit % 8);
    const bool set = (bytes[bit / 8] & mask) != 0;
    if (bit < prefix_) {
      if (set != ((network_[bit / 8] & mask) != 0)) return false;
      continue;
    }
    (set ? first : last) = false;
  }
  return !first && !(last && family_ == IpFamily::V4);
}

tl::expected<ServiceRanges, std::vector<Error>> ServiceRanges::parse(std::string_view flag) {
  ServiceRanges read;
  if (flag.empty()) return read;
  constexpr std::string_view kFlag = "--service-cluster-ip-range";
  const auto parts = split(flag, ',');
  std::vector<Error> errors;
  read.ranges.clear();
  read.choice = Choice::OfRange;
  for (std::size_t i = 0; i < std::min<std::size_t>(parts.size(), 2); ++i) {
    if (auto range = AddressRange::parse(parts[i])) {
      read.ranges.push_back(*range);
    } else {
      errors.push_back({i == 0 ? "service-cluster-ip-range[0] is not a valid cidr"
                               : "service-cluster-ip-range[1] is not an ip net"});
    }
  }
  if (parts.size() > 2) {
    errors.push_back({std::string(kFlag) + " must not contain more than two entries"});
  }
  if (!errors.empty()) return tl::unexpected(std::move(errors));
  for (const AddressRange& range : read.ranges) {
    if (range.size() < kFewestAddresses) {
      errors.push_back(
          {std::string(kFlag) + ": the service cluster IP range must be at least 8 IP addresses"});
    } else if (range.host_bits() > kMostOpenBits) {
      errors.push_back({std::string(kFlag) +
                        ": shortest allowed prefix length for service CIDR is 64, got " +
                        std::to_string(128 - range.host_bits())});
    }
  }
  if (read.ranges.size() == 2 && read.ranges[0].family() == read.ranges[1].family()) {
    errors.push_back({std::string(kFlag) +
                      "[0] and --service-cluster-ip-range[1] must be of different IP family"});
  }
  if (!errors.empty()) return tl::unexpected(std::move(errors));
  return read;
}

const AddressRange* ServiceRanges::of(IpFamily family) const noexcept {
  const auto found = std::ranges::find(ranges, family, &AddressRange::family);
  return found == ranges.end() ? nullptr : &*found;
}

}  // namespace kaudit::apiserver::api
