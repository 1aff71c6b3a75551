#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <openssl/types.h>

#include "backends/descriptor.hpp"
#include "base/client/give_up_signal.hpp"
#include "base/result.hpp"

namespace kaudit::cli {

/// How a step on a connection ended.
enum class Wire : std::uint8_t {
  Done,
  Closed,   ///< the peer has ended its side
  Broken,   ///< reset, or a failure of TLS: nothing more will come of it
  Late,     ///< the deadline has passed
  GivenUp,  ///< the signal was raised
};
/// `the peer closed the connection`, … for reports.
std::string_view text(Wire wire) noexcept;

/// A connected TCP socket, in clear or with TLS, whose every wait has a deadline and a signal that
/// ends it. Unlike an HTTP library it lets its user do what peers should not: send half of
/// something, stop in the middle, reset. One thread at a time; SIGPIPE is to be ignored or blocked
/// (OpenSSL writes without MSG_NOSIGNAL).
class WireStream {
 public:
  struct Transfer {
    Wire wire = Wire::Done;
    std::size_t size = 0;  ///< of Wire::Done, at least 1
  };

  /// Takes over a connected socket.
  explicit WireStream(backends::Descriptor socket);
  WireStream(WireStream&&) noexcept = default;
  WireStream& operator=(WireStream&&) noexcept = default;
  ~WireStream();

  /// Connects to `host:port`, an address or a name. The error names it and the system's reason.
  static Result<WireStream> connect(const std::string& host, const std::string& port,
                                    const client::Patience& patience);

  /// The handshake, as the server or as a client that asks for `name`. `context` must outlive the
  /// stream. tls_error() has the reason of what is not Done.
  Wire accept_tls(SSL_CTX* context, const client::Patience& patience);
  Wire connect_tls(SSL_CTX* context, const std::string& name, const client::Patience& patience);
  const std::string& tls_error() const noexcept { return tls_error_; }
  /// The common name of the certificate that the peer showed; empty without one.
  std::string peer_common_name() const;
  /// The protocol that the two agreed on (ALPN); empty without one.
  std::string protocol() const;

  /// Reads what is there, waiting for the first byte.
  Transfer read(char* to, std::size_t size, const client::Patience& patience);
  /// Writes all of it.
  Wire write(std::string_view bytes, const client::Patience& patience);

  /// Says that no more will come, and reads what the peer still sends until it ends its side, so
  /// that it gets to read what it was sent last. Bounded by the patience and in bytes.
  void close_gently(const client::Patience& patience);
  /// Ends the connection by a reset: the peer's next read or write fails.
  void reset() noexcept;

  bool is_open() const noexcept { return static_cast<bool>(socket_); }
  int descriptor() const noexcept { return socket_.get(); }

 private:
  Wire wait(short events, const client::Patience& patience) const;
  Wire handshake(const client::Patience& patience);
  /// What an OpenSSL call that returned `result` wants next: Done is to try again.
  Wire settle_tls(int result, const client::Patience& patience);

  backends::Descriptor socket_;
  std::unique_ptr<SSL, void (*)(SSL*)> ssl_;
  std::string tls_error_;
};

}  // namespace kaudit::cli
