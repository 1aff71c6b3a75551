#include "apiserver/request/ip_address.hpp"

#include <algorithm>
#include <charconv>

namespace kaudit::apiserver {
namespace {

constexpr std::array<std::uint8_t, 12> kMappedPrefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr std::size_t kV4Bytes = 4;
constexpr std::size_t kGroupBytes = 2;
constexpr std::size_t kGroups = 8;

/// Takes a number of any length off the front; nullopt when there is none or it passes `max`.
std::optional<unsigned> take_number(std::string_view& rest, int base, unsigned max) noexcept {
  unsigned value = 0;
  // std::from_chars would take a minus sign, but for unsigned types.
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), value, base);
  if (error != std::errc() || value > max) {
    return std::nullopt;
  }
  rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
  return value;
}

bool take(std::string_view& rest, std::string_view token) noexcept {
  if (!rest.starts_with(token)) {
    return false;
  }
  rest.remove_prefix(token.size());
  return true;
}

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) noexcept {
  const auto separator = text.find_first_of(".:");
  if (separator == std::string_view::npos) {
    return std::nullopt;
  }
  return text[separator] == '.' ? parse_v4(text) : parse_v6(text);
}

std::optional<IpAddress> IpAddress::parse_v4(std::string_view text) noexcept {
  IpAddress address;
  std::copy(kMappedPrefix.begin(), kMappedPrefix.end(), address.bytes_.begin());
  for (std::size_t i = 0; i < kV4Bytes; ++i) {
    if (i > 0 && !take(text, ".")) {
      return std::nullopt;
    }
    const auto number = take_number(text, 10, 0xff);
    if (!number) {
      return std::nullopt;
    }
    address.bytes_[kMappedPrefix.size() + i] = static_cast<std::uint8_t>(*number);
  }
  return text.empty() ? std::optional(address) : std::nullopt;
}

std::optional<IpAddress> IpAddress::parse_v6(std::string_view text) noexcept {
  IpAddress address;
  auto& bytes = address.bytes_;
  std::size_t filled = 0;
  std::optional<std::size_t> ellipsis;  // where `::` stands
  if (take(text, "::")) {
    ellipsis = 0;
  }
  while (!text.empty() && filled < bytes.size()) {
    auto after = text;
    const auto group = take_number(after, 16, 0xffff);
    if (!group) {
      return std::nullopt;
    }
    if (after.starts_with('.')) {
      // The last four bytes may be written as an IPv4 address.
      const auto v4 = parse_v4(text);
      const bool in_place =
          ellipsis ? filled + kV4Bytes <= bytes.size() : filled + kV4Bytes == bytes.size();
      if (!v4 || !in_place) {
        return std::nullopt;
      }
      std::copy(v4->bytes_.end() - kV4Bytes, v4->bytes_.end(), bytes.begin() + filled);
      filled += kV4Bytes;
      text = {};
      break;
    }
    bytes[filled++] = static_cast<std::uint8_t>(*group >> 8U);
    bytes[filled++] = static_cast<std::uint8_t>(*group & 0xffU);
    text = after;
    if (text.empty()) {
      break;
    }
    if (!take(text, ":") || text.empty()) {
      return std::nullopt;
    }
    if (take(text, ":")) {
      if (ellipsis) {
        return std::nullopt;
      }
      ellipsis = filled;
    }
  }
  // `::` stands for one group at least.
  if (!text.empty() || ellipsis.has_value() == (filled == bytes.size())) {
    return std::nullopt;
  }
  if (ellipsis) {
    const auto first = bytes.begin() + static_cast<std::ptrdiff_t>(*ellipsis);
    std::rotate(first, bytes.begin() + static_cast<std::ptrdiff_t>(filled), bytes.end());
  }
  return address;
}

bool IpAddress::is_v4() const noexcept {
  return std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), bytes_.begin());
}

std::string IpAddress::text() const {
  if (!is_v4()) {
    return v6_text();
  }
  std::string out;
  for (auto byte = bytes_.begin() + kMappedPrefix.size(); byte != bytes_.end(); ++byte) {
    if (!out.empty()) {
      out += '.';
    }
    out += std::to_string(unsigned{*byte});
  }
  return out;
}

std::string IpAddress::v6_text() const {
  std::array<unsigned, kGroups> groups{};
  for (std::size_t i = 0; i < kGroups; ++i) {
    groups[i] = unsigned{bytes_[i * kGroupBytes]} << 8U | bytes_[i * kGroupBytes + 1];
  }
  // The longest run of zero groups, the first of several, is left out when it has two at least.
  std::size_t run_start = kGroups;
  std::size_t run_length = 1;
  for (std::size_t i = 0; i < kGroups; ++i) {
    std::size_t length = 0;
    while (i + length < kGroups && groups[i + length] == 0) {
      ++length;
    }
    if (length > run_length) {
      run_start = i;
      run_length = length;
    }
  }
  std::string out;
  for (std::size_t i = 0; i < kGroups; ++i) {
    if (i == run_start) {
      out += "::";
      i += run_length - 1;
      continue;
    }
    if (!out.empty() && out.back() != ':') {
      out += ':';
    }
    std::array<char, 4> digits{};
    const auto end = std::to_chars(digits.begin(), digits.end(), groups[i], 16).ptr;
    out.append(digits.begin(), end);
  }
  return out;
}

}  // namespace kaudit::apiserver
