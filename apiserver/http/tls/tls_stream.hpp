#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include <openssl/types.h>

namespace kaudit::apiserver::http {

class ClientSocket;
class PeerCertificate;

/// TLS over a non-blocking socket, one step a call: nothing here waits. OpenSSL works on the socket
/// itself, so that an idle connection costs what OpenSSL holds and no more, and waiting (for the
/// socket to become readable) can be given up at any time without losing a byte. Not for use by
/// several threads.
class TlsStream {
 public:
  /// The socket must outlive the stream.
  TlsStream(SSL_CTX& context, ClientSocket& socket);

  enum class Step : std::uint8_t {
    Done,
    WantRead,   ///< again when the socket is readable
    WantWrite,  ///< again when the socket is writable
    Closed,     ///< the peer has closed its end
    Broken,     ///< no further use but to close the socket
  };
  struct Transfer {
    Step step = Step::Done;
    std::size_t size = 0;  ///< of Step::Done, at least 1
  };

  Step handshake();
  Transfer read(char* data, std::size_t size);
  /// Whether read() may have something without the socket's being readable.
  bool holds_input() const noexcept;
  /// Writes at most one record. After WantWrite the same bytes must come again.
  Transfer write(std::string_view data);
  /// Says to the peer that no more will come, if it can be said without waiting.
  void close_notify() noexcept;

  /// After the handshake: what ALPN has selected, "" without.
  std::string_view protocol() const noexcept;
  /// After the handshake; null when the client presented none.
  std::shared_ptr<const PeerCertificate> peer_certificate() const;

 private:
  Step step_of(int result) noexcept;

  std::unique_ptr<SSL, void (*)(SSL*)> ssl_;
  bool broken_ = false;
};

}  // namespace kaudit::apiserver::http
