#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/client/server_url.hpp"

namespace kaudit::client {

/// A certificate or a key: in a file, which may change, or given once and for all.
struct Material {
  std::string file;
  std::string data;

  bool is_given() const noexcept { return !file.empty() || !data.empty(); }
};

enum class Verification : std::uint8_t { Required, Skipped };

struct TlsConfig {
  Material ca;  ///< none, or an empty one: the system's
  Verification verification = Verification::Required;
  std::string server_name;  ///< to ask for and to verify; empty: the server's host
  Material certificate;     ///< of the client; without a key it is of no use
  Material key;
};

/// Who the client says it is.
struct Credentials {
  std::string token;
  std::string token_file;  ///< what is in it goes before `token`
  std::optional<UserInfo> basic;

  bool are_given() const noexcept {
    return !token.empty() || !token_file.empty() || basic.has_value();
  }
};

/// On whose behalf the client speaks: headers `Impersonate-*`.
struct Impersonation {
  std::string user;
  std::string uid;
  std::vector<std::string> groups;
  std::map<std::string, std::vector<std::string>> extra;
};

/// Whether a compressed answer is asked for (`Accept-Encoding: gzip`).
enum class Compression : std::uint8_t { Offered, NotOffered };

/// Who ends an exchange that takes too long: Go names the client's own timeout in the error, and
/// says nothing of whose it is when the caller's context ends.
enum class DeadlineOf : std::uint8_t { Client, Caller };

/// Where and how a client connects: what a kubeconfig's current context comes to, say.
struct ClientConfig {
  Url server;
  std::optional<Url> proxy;
  TlsConfig tls;  ///< of use with https only
  Credentials credentials;
  Impersonation impersonation;
  Compression compression = Compression::Offered;
  DeadlineOf deadline_of = DeadlineOf::Client;
  std::string user_agent = "kaudit-apiserver";
  /// `host:port` of where the connection goes in the place of the server, which is asked for and
  /// verified all the same; empty: the server.
  std::string connect_to;
  std::size_t kept_body = std::size_t{64} * 1024;  ///< bytes of an answer's body that are kept
  std::vector<std::string> warnings;  ///< what a person should know though it is accepted
};

}  // namespace kaudit::client
