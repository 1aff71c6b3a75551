#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace kaudit::client {

struct UserInfo {
  std::string name;
  std::string password;
};

/// A URL of a server or a proxy, as far as a client needs it.
struct Url {
  std::string scheme;  ///< in lower case
  std::optional<UserInfo> user;
  std::string host;      ///< unescaped; an IPv6 address without its brackets
  std::string port;      ///< digits, or empty
  std::string path;      ///< unescaped
  std::string raw_path;  ///< as written

  /// `host:port` with the brackets of an IPv6 address; the scheme's own port when there is none.
  std::string address() const;
  std::string port_or_default() const;
  /// False for a port above 65535, which URLs may have but no receiver.
  bool has_usable_port() const;
  /// What the Host header says: the host, and the port only when it was given.
  std::string host_header() const;
  /// True for 127.0.0.0/8, ::1 and `localhost`: what is sent there does not leave the machine.
  bool is_loopback() const;
};

/// Reads a URL as Go's url.Parse does. Error: Go's text, `parse "…": invalid URL escape "%zz"`.
Result<Url> parse_url(std::string_view text);

/// Reads the `server` of a kubeconfig: without a scheme it is http, and then there must be no path;
/// a query is dropped. Error: Kubernetes' text. (k8s.io/client-go rest.DefaultServerURL)
Result<Url> parse_server(std::string_view text);

/// True when a `server` has a query or a fragment, which requests will not have.
bool has_query(std::string_view server);

/// The path that requests go to, escaped: cleaned, without trailing slash, `/` at least.
std::string request_path(const Url& server);

}  // namespace kaudit::client
