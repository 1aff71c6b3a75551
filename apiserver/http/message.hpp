#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text/text_pairs.hpp"

namespace kaudit::apiserver::http {

class PeerCertificate;  // tls/peer_certificate.hpp

/// A line: its name, its value.
using Header = TextPair;

/// Header lines in the order in which they came or will be sent. Names compare without case.
///
/// They are TextPairs, so that a request's headers cost one allocation and not one a line. Views of
/// them are good until the next change; what is added must not be such a view.
class Headers {
 public:
  /// The first line of that name, or nullopt.
  std::optional<std::string_view> first(std::string_view name) const noexcept;
  std::vector<std::string_view> all(std::string_view name) const;
  bool has(std::string_view name) const noexcept { return first(name).has_value(); }
  /// Makes room for so many bytes of names and values.
  void reserve(std::size_t bytes) { lines_.reserve(bytes, kUsualLines); }
  void add(std::string_view name, std::string_view value) { lines_.add(name, value); }
  /// Replaces every line of that name by one.
  void set(std::string_view name, std::string_view value);
  void remove(std::string_view name) noexcept;
  /// Keeps the memory, of which there is so much.
  void clear() noexcept { lines_.clear(); }
  std::size_t capacity() const noexcept { return lines_.capacity(); }
  const TextPairs& lines() const noexcept { return lines_; }

 private:
  static constexpr std::size_t kUsualLines = 8;

  TextPairs lines_;
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
  /// Not 0: requests that have the same one here have the same header lines and the same peer.
  std::uint64_t lines_id = 0;
};

/// One that no request had before. Thread-safe.
std::uint64_t next_lines_id() noexcept;

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
