#include "apiserver/request/source_ips.hpp"

#include <algorithm>
#include <optional>

#include "base/text/ip_address.hpp"
#include "base/text/list.hpp"
#include "base/text/trim.hpp"

namespace kaudit::apiserver::request {
namespace {

/// The host of `host:port` or `[host]:port` (Go's net.SplitHostPort); nullopt when it is neither.
std::optional<std::string_view> host_of(std::string_view address) noexcept {
  const auto colon = address.rfind(':');
  if (colon == std::string_view::npos) {
    return std::nullopt;
  }
  auto host = address.substr(0, colon);
  const bool bracketed = host.starts_with('[');
  if (bracketed) {
    if (!host.ends_with(']')) {
      return std::nullopt;
    }
    host = host.substr(1, host.size() - 2);
  }
  const bool ambiguous = !bracketed && host.find(':') != std::string_view::npos;
  const bool stray_bracket = host.find_first_of("[]") != std::string_view::npos ||
                             address.substr(colon).find_first_of("[]") != std::string_view::npos;
  return ambiguous || stray_bracket ? std::nullopt : std::optional(host);
}

std::optional<IpAddress> parse_remote(std::string_view address) noexcept {
  if (const auto host = host_of(address)) {
    if (const auto ip = IpAddress::parse(*host)) {
      return ip;
    }
  }
  return IpAddress::parse(address);
}

void append_forwarded_for(std::vector<IpAddress>& ips, std::string_view list) {
  while (!list.empty()) {
    if (const auto ip = IpAddress::parse(trim_space(take_until(list, ',')))) {
      ips.push_back(*ip);
    }
  }
}

}  // namespace

std::vector<std::string> source_ips(const http::Headers& headers, std::string_view remote_address) {
  std::vector<IpAddress> ips;
  append_forwarded_for(ips, headers.first("X-Forwarded-For").value_or(""));
  const auto real_ip = IpAddress::parse(headers.first("X-Real-Ip").value_or(""));
  if (real_ip && std::find(ips.begin(), ips.end(), *real_ip) == ips.end()) {
    ips.push_back(*real_ip);
  }
  const auto remote = parse_remote(remote_address);
  if (remote && (ips.empty() || ips.back() != *remote)) {
    ips.push_back(*remote);
  }
  std::vector<std::string> texts;
  texts.reserve(ips.size());
  for (const auto& ip : ips) {
    texts.push_back(ip.text());
  }
  return texts;
}

}  // namespace kaudit::apiserver::request
