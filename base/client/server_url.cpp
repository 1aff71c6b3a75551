#include "base/client/server_url.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <cstdint>
#include <vector>

#include "base/http1/header_syntax.hpp"
#include "base/text/ascii.hpp"
#include "base/text/ip_address.hpp"
#include "base/text/percent.hpp"
#include "base/text/quote.hpp"
#include "base/text/url_authority.hpp"

namespace kaudit::client {
namespace {

/// Which of Go's two readers: a request-target has no fragment and starts with a scheme or a slash.
enum class Form { Reference, RequestTarget };

/// The length of `scheme:` at the front without its colon; 0 when there is none.
Result<std::size_t> scheme_length(std::string_view text) {
  constexpr std::string_view kAlsoAllowed = "0123456789+-.";
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ':') {
      if (i == 0) return fail("missing protocol scheme");
      return i;
    }
    const bool fits = is_letter(text[i]) || (i > 0 && kAlsoAllowed.find(text[i]) != text.npos);
    if (!fits) return 0;
  }
  return 0;
}

/// Takes `[user[:password]@]host[:port]` apart, which check_authority() has found well-formed.
void read_authority(std::string_view authority, Url& url) {
  if (const auto at = authority.rfind('@'); at != authority.npos) {
    const auto user = authority.substr(0, at);
    const auto colon = std::min(user.find(':'), user.size());
    url.user = UserInfo{unescape(user.substr(0, colon), UrlPart::UserInfo).value(), ""};
    if (colon < user.size()) {
      url.user->password = unescape(user.substr(colon + 1), UrlPart::UserInfo).value();
    }
    authority.remove_prefix(at + 1);
  }
  if (authority.starts_with('[')) {
    const auto close = authority.rfind(']');
    const auto name = authority.substr(1, close - 1);
    const auto zone = std::min(name.find("%25"), name.size());
    url.host = unescape(name.substr(0, zone), UrlPart::Host).value() +
               unescape(name.substr(zone), UrlPart::Zone).value();
    authority.remove_prefix(close + 1);
  } else {
    const auto colon = std::min(authority.rfind(':'), authority.size());
    url.host = unescape(authority.substr(0, colon), UrlPart::Host).value();
    authority.remove_prefix(colon);
  }
  if (!authority.empty()) url.port = authority.substr(1);
}

Result<Url> parse_parts(std::string_view text, Form form) {
  Url url;
  const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  if (std::any_of(text.begin(), text.end(), control)) {
    return fail("net/url: invalid control character in URL");
  }
  if (form == Form::Reference) text = text.substr(0, text.find('#'));
  const auto length = scheme_length(text);
  if (!length) return tl::unexpected(length.error());
  if (*length > 0) {
    url.scheme = text.substr(0, *length);
    std::transform(url.scheme.begin(), url.scheme.end(), url.scheme.begin(),
                   [](char c) { return is_letter(c) ? static_cast<char>(c | 0x20) : c; });
    text.remove_prefix(*length + 1);
  }
  text = text.substr(0, text.find('?'));
  if (!text.starts_with('/')) {
    if (!url.scheme.empty()) return url;  // opaque: nothing of it is of use
    if (form == Form::RequestTarget) return fail("invalid URI for request");
    if (text.substr(0, text.find('/')).find(':') != text.npos) {
      return fail("first path segment in URL cannot contain colon");
    }
  }
  if (text.starts_with("//") && !(url.scheme.empty() && form == Form::RequestTarget)) {
    text.remove_prefix(2);
    const auto authority = text.substr(0, text.find('/'));
    if (auto fine = check_authority(url.scheme, authority); !fine) {
      return tl::unexpected(fine.error());
    }
    read_authority(authority, url);
    text.remove_prefix(authority.size());
  }
  auto path = unescape(text, UrlPart::Path);
  if (!path) return tl::unexpected(path.error());
  url.path = *std::move(path);
  url.raw_path = text;
  return url;
}

/// Go's path.Join("/", path).
std::string clean(std::string_view path) {
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    const auto slash = std::min(path.find('/'), path.size());
    const auto part = path.substr(0, slash);
    path.remove_prefix(std::min(slash + 1, path.size()));
    if (part == "..") {
      if (!parts.empty()) parts.pop_back();
    } else if (!part.empty() && part != ".") {
      parts.push_back(part);
    }
  }
  std::string out;
  for (const auto part : parts) (out += '/') += part;
  return out.empty() ? "/" : out;
}

}  // namespace

std::string Url::port_or_default() const {
  if (!port.empty()) return port;
  if (scheme == "https") return "443";
  return scheme == "socks5" ? "1080" : "80";
}

bool Url::has_usable_port() const {
  std::uint16_t number = 0;
  return port.empty() ||
         std::from_chars(port.data(), port.data() + port.size(), number).ec == std::errc();
}

std::string Url::address() const { return bracketed(host) + ":" + port_or_default(); }

std::string Url::host_header() const {
  // A zone is of meaning on this machine only.
  const std::string without_zone = host.substr(0, host.find('%'));
  return bracketed(without_zone) + (port.empty() ? "" : ":" + port);
}

bool Url::is_loopback() const {
  in_addr four{};
  if (inet_pton(AF_INET, host.c_str(), &four) == 1) {
    return (ntohl(four.s_addr) >> 24U) == 127;
  }
  in6_addr six{};
  if (inet_pton(AF_INET6, host.c_str(), &six) == 1) return IN6_IS_ADDR_LOOPBACK(&six) != 0;
  return equals_ignoring_case(host, "localhost");
}

Result<Url> parse_url(std::string_view text) {
  auto url = parse_parts(text, Form::Reference);
  if (!url) return fail("parse " + go_quoted(text) + ": " + url.error().message);
  return url;
}

Result<Url> parse_server(std::string_view text) {
  // After a path, `#` belongs to it: Kubernetes reads such a URL as a request-target first.
  if (const auto target = parse_parts(text, Form::RequestTarget);
      target && target->path.size() > 1 && !target->scheme.empty() && !target->host.empty()) {
    return *target;
  }
  if (const auto url = parse_parts(text, Form::Reference);
      url && !url->scheme.empty() && !url->host.empty()) {
    return *url;
  }
  auto url = parse_url("http://" + std::string(text));
  if (!url) return url;
  if (url->host.empty() || (!url->path.empty() && url->path != "/")) {
    return fail("host must be a URL or a host:port pair: " + go_quoted(text));
  }
  return url;
}

bool has_query(std::string_view server) { return server.find('?') != server.npos; }

std::string request_path(const Url& server) {
  const std::string cleaned = clean(server.path);
  // What was written is kept (`%2F` is not `/`), unless cleaning changed it.
  const bool unchanged = cleaned == server.path && is_escaped_path(server.raw_path);
  if (unchanged) return server.raw_path;
  std::string escaped;
  append_escaped_path(escaped, cleaned);
  return escaped;
}

}  // namespace kaudit::client
