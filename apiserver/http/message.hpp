#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kaudit::apiserver::http {

class PeerCertificate;  // peer_certificate.hpp

struct Header {
  std::string name;
  std::string value;
};

/// Header lines in the order in which they came or will be sent. Names compare without case.
class Headers {
 public:
  /// The first line of that name, or nullopt.
  std::optional<std::string_view> first(std::string_view name) const noexcept;
  std::vector<std::string_view> all(std::string_view name) const;
  bool has(std::string_view name) const noexcept { return first(name).has_value(); }
  void reserve(std::size_t lines) { lines_.reserve(lines); }
  void add(std::string name, std::string value);
  /// Replaces every line of that name by one.
  void set(std::string_view name, std::string value);
  void remove(std::string_view name) noexcept;
  const std::vector<Header>& lines() const noexcept { return lines_; }

 private:
  std::vector<Header> lines_;
};

/// Who is at the other end of the connection.
struct Peer {
  std::string address;  ///< "127.0.0.1:40312", "[::1]:40312"
  /// What the client presented in the TLS handshake, not yet verified; null when it presented none.
  std::shared_ptr<const PeerCertificate> certificate;
};

/// The head of a request, as Go's net/http would have accepted it.
struct Request {
  std::string method;  ///< as sent, any token
  std::string target;  ///< the request-target as sent: path and query, absolute form, or `*`
  Headers headers;
  Peer peer;
  bool http_1_0 = false;
};

struct Response {
  // No aggregate: g++ 12 copies a braced aggregate that is an argument within a co_await expression
  // bit by bit.
  Response() = default;
  explicit Response(int status_code, Headers header_lines = {}, std::string text = {})
      : status(status_code), headers(std::move(header_lines)), body(std::move(text)) {}

  int status = 200;
  /// Without framing: Content-Length, Transfer-Encoding, Connection and Date are the transport's
  /// (but `Connection: close` is heeded).
  Headers headers;
  std::string body;
};

}  // namespace kaudit::apiserver::http
