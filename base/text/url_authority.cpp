#include "base/text/url_authority.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <string>

#include "base/text/ascii.hpp"
#include "base/text/percent.hpp"

namespace kaudit {
namespace {

Result<void> check_user_info(std::string_view text) {
  static constexpr std::string_view kAllowed = "-._:~!$&'()*+,;=%@";
  const auto allowed = [](char c) {
    return is_alphanumeric(c) || kAllowed.find(c) != std::string_view::npos;
  };
  if (!std::all_of(text.begin(), text.end(), allowed)) {
    return fail("net/url: invalid userinfo");
  }
  // Name and password are unescaped apart: an escape cannot reach over the colon.
  const auto colon = text.find(':');
  for (const auto part :
       {text.substr(0, colon),
        colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1)}) {
    if (auto unescaped = unescape(part, UrlPart::UserInfo); !unescaped) {
      return tl::unexpected(unescaped.error());
    }
  }
  return {};
}

Result<void> check_port(std::string_view text) {
  const bool fine =
      text.empty() || (text.front() == ':' && std::all_of(text.begin() + 1, text.end(), is_digit));
  if (!fine) {
    return fail("invalid port \"" + std::string(text) + "\" after host");
  }
  return {};
}

bool is_ipv6(std::string_view text) {
  const auto percent = text.find('%');
  if (percent == text.size() - 1) {
    return false;  // a zone without a name
  }
  std::array<unsigned char, sizeof(in6_addr)> address{};
  return inet_pton(AF_INET6, std::string(text.substr(0, percent)).c_str(), address.data()) == 1;
}

/// `[address]` or `[address%25zone]`, and perhaps a port.
Result<void> check_ip_literal(std::string_view host) {
  const auto close = host.rfind(']');
  if (close == std::string_view::npos) {
    return fail("missing ']' in host");
  }
  if (auto port = check_port(host.substr(close + 1)); !port) {
    return port;
  }
  const auto name = host.substr(1, close - 1);
  const auto zone_start = std::min(name.find("%25"), name.size());
  auto address = unescape(name.substr(0, zone_start), UrlPart::Host);
  if (!address) {
    return tl::unexpected(address.error());
  }
  const auto zone = unescape(name.substr(zone_start), UrlPart::Zone);
  if (!zone) {
    return tl::unexpected(zone.error());
  }
  *address += *zone;
  if (address->find('\0') != std::string::npos || !is_ipv6(*address)) {
    return fail("invalid host: \"" + *address + "\" is not an IPv6 address");
  }
  return {};
}

Result<void> check_host(std::string_view scheme, std::string_view host) {
  const auto open = host.rfind('[');
  if (open == 0) return check_ip_literal(host);
  if (open != std::string_view::npos) return fail("invalid IP-literal");
  // http and https allow no colon in a host; others have lists of hosts there.
  const bool strict = scheme == "http" || scheme == "https";
  if (const auto colon = strict ? host.find(':') : host.rfind(':');
      colon != std::string_view::npos) {
    if (auto port = check_port(host.substr(colon)); !port) {
      return port;
    }
  }
  if (auto unescaped = unescape(host, UrlPart::Host); !unescaped) {
    return tl::unexpected(unescaped.error());
  }
  return {};
}

}  // namespace

Result<void> check_authority(std::string_view scheme, std::string_view authority) {
  const auto at = authority.rfind('@');
  const auto host = at == std::string_view::npos ? authority : authority.substr(at + 1);
  if (auto checked = check_host(scheme, host); !checked) {
    return checked;
  }
  return at == std::string_view::npos ? Result<void>{} : check_user_info(authority.substr(0, at));
}

}  // namespace kaudit
