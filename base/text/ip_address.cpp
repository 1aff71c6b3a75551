#include "base/text/ip_address.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <utility>

namespace kaudit {
namespace {

using Groups = std::array<std::uint16_t, 8>;
using V4Groups = std::array<std::uint16_t, 2>;

constexpr std::array<std::uint16_t, 6> kMappedPrefix{0, 0, 0, 0, 0, 0xffff};
constexpr int kV4Numbers = 4;

/// Takes a number of any length off the front; nullopt when there is none or it passes `max`.
std::optional<unsigned> take_number(std::string_view& rest, int base, unsigned max) noexcept {
  unsigned value = 0;  // unsigned: std::from_chars takes no minus sign
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

std::optional<V4Groups> parse_v4(std::string_view text) noexcept {
  unsigned value = 0;
  for (int i = 0; i < kV4Numbers; ++i) {
    if (i > 0 && !take(text, ".")) {
      return std::nullopt;
    }
    const auto number = take_number(text, 10, 0xff);
    if (!number) {
      return std::nullopt;
    }
    value = value << 8U | *number;
  }
  if (!text.empty()) {
    return std::nullopt;
  }
  return V4Groups{static_cast<std::uint16_t>(value >> 16U), static_cast<std::uint16_t>(value)};
}

/// The groups as written, and where `::` is among them.
struct WrittenGroups {
  Groups groups{};
  std::size_t count = 0;
  std::optional<std::size_t> ellipsis;
};

/// Takes one group, or two written as an IPv4 address, off the front.
bool take_group(std::string_view& rest, WrittenGroups& written) noexcept {
  auto after = rest;
  const auto group = take_number(after, 16, 0xffff);
  if (!group) {
    return false;
  }
  if (!after.starts_with('.')) {
    written.groups[written.count++] = static_cast<std::uint16_t>(*group);
    rest = after;
    return true;
  }
  const auto v4 = parse_v4(rest);
  const auto end = written.count + V4Groups().size();
  if (!v4 || (written.ellipsis ? end > written.groups.size() : end != written.groups.size())) {
    return false;
  }
  std::copy(v4->begin(), v4->end(), written.groups.begin() + written.count);
  written.count = end;
  rest = {};
  return true;
}

std::optional<WrittenGroups> read_groups(std::string_view text) noexcept {
  WrittenGroups written;
  if (take(text, "::")) {
    written.ellipsis = 0;
  }
  while (!text.empty()) {
    if (written.count == written.groups.size() || !take_group(text, written)) {
      return std::nullopt;
    }
    if (text.empty()) {
      break;
    }
    if (!take(text, ":") || text.empty()) {
      return std::nullopt;
    }
    if (take(text, ":")) {
      if (written.ellipsis) {
        return std::nullopt;
      }
      written.ellipsis = written.count;
    }
  }
  return written;
}

std::optional<Groups> parse_v6(std::string_view text) noexcept {
  const auto written = read_groups(text);
  if (!written) {
    return std::nullopt;
  }
  const bool complete = written->count == written->groups.size();
  // `::` stands for one group at least.
  if (complete == written->ellipsis.has_value()) {
    return std::nullopt;
  }
  if (complete) {
    return written->groups;
  }
  Groups groups{};
  const auto* const first = written->groups.begin();
  const auto* const gap = first + *written->ellipsis;
  std::copy(first, gap, groups.begin());
  std::copy_backward(gap, first + written->count, groups.end());
  return groups;
}

struct Run {
  std::size_t start = 0;
  std::size_t length = 0;
};

/// The longest run of zero groups, the first of several.
Run longest_zero_run(const Groups& groups) noexcept {
  Run longest;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    std::size_t end = i;
    while (end < groups.size() && groups[end] == 0) {
      ++end;
    }
    if (end - i > longest.length) {
      longest = {i, end - i};
    }
  }
  return longest;
}

std::string v4_text(unsigned high, unsigned low) {
  std::string out;
  for (const unsigned number : {high >> 8U, high & 0xffU, low >> 8U, low & 0xffU}) {
    if (!out.empty()) {
      out += '.';
    }
    out += std::to_string(number);
  }
  return out;
}

std::string v6_text(const Groups& groups) {
  const auto gap = longest_zero_run(groups);
  std::string out;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (i == gap.start && gap.length > 1) {
      out += "::";
      i += gap.length - 1;
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

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) noexcept {
  const auto separator = text.find_first_of(".:");
  if (separator == std::string_view::npos) {
    return std::nullopt;
  }
  if (text[separator] == ':') {
    const auto groups = parse_v6(text);
    return groups ? std::optional(IpAddress(*groups)) : std::nullopt;
  }
  const auto v4 = parse_v4(text);
  if (!v4) {
    return std::nullopt;
  }
  Groups groups{};
  std::copy(kMappedPrefix.begin(), kMappedPrefix.end(), groups.begin());
  std::copy(v4->begin(), v4->end(), groups.begin() + kMappedPrefix.size());
  return IpAddress(groups);
}

bool IpAddress::is_v4() const noexcept {
  return std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), groups_.begin());
}

bool IpAddress::is_global_unicast() const noexcept {
  if (is_v4()) {
    const unsigned high = groups_[6];
    const unsigned first = high >> 8U;
    const bool unspecified = high == 0 && groups_[7] == 0;
    const bool broadcast = high == 0xffff && groups_[7] == 0xffff;
    const bool loopback = first == 127;
    const bool multicast = (first & 0xf0U) == 0xe0;
    const bool link_local = high == 0xa9fe;
    return !unspecified && !broadcast && !loopback && !multicast && !link_local;
  }
  const bool only_last = std::all_of(groups_.begin(), groups_.end() - 1,
                                     [](std::uint16_t group) { return group == 0; });
  const bool unspecified_or_loopback = only_last && groups_[7] <= 1;
  const bool multicast = (groups_[0] & 0xff00U) == 0xff00;
  const bool link_local = (groups_[0] & 0xffc0U) == 0xfe80;
  return !unspecified_or_loopback && !multicast && !link_local;
}

std::string bracketed(std::string_view host) {
  std::string text(host);
  return host.find(':') == host.npos ? text : "[" + std::move(text) + "]";
}

IpAddress IpAddress::masked(std::size_t bits) const noexcept {
  constexpr std::size_t kGroupBits = 16;
  const std::size_t kept = is_v4() ? bits + kMappedPrefix.size() * kGroupBits : bits;
  Groups groups = groups_;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const std::size_t before = i * kGroupBits;
    if (kept >= before + kGroupBits) continue;
    const std::size_t of_group = kept > before ? kept - before : 0;
    groups[i] &= static_cast<std::uint16_t>(0xffff0000U >> of_group);
  }
  return IpAddress(groups);
}

std::string IpAddress::text() const {
  return is_v4() ? v4_text(groups_[6], groups_[7]) : v6_text(groups_);
}

}  // namespace kaudit
