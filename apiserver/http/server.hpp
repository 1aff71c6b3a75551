#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "apiserver/http/exchange.hpp"
#include "base/result.hpp"

namespace kaudit::apiserver::http {

/// Whether a server speaks HTTPS, or plain HTTP for what only this machine reaches.
enum class Security : std::uint8_t { Tls, Plain };

/// The limits of one server; the defaults are kube-apiserver's.
struct ServerOptions {
  std::string bind_address = "127.0.0.1";
  std::uint16_t port = 0;  ///< 0 = any free port
  Security security = Security::Tls;
  std::string certificate_pem;  ///< serving certificate and its chain
  std::string private_key_pem;
  std::size_t threads = 0;  ///< 0: one for every two cores
  /// Bytes of request line and headers; beyond: 431.
  std::size_t header_limit = std::size_t{1} << 20U;
  /// From the first byte awaited to the end of the headers.
  std::chrono::milliseconds header_timeout{32'000};
  /// Of a kept-alive connection between requests, and of a body that stops coming.
  std::chrono::milliseconds idle_timeout{90'000};
  /// Without progress of one write: the client is gone.
  std::chrono::milliseconds write_timeout{60'000};
  std::chrono::milliseconds handshake_timeout{10'000};
  bool http2 = true;  ///< beside HTTP/1.1, for clients that ask for it by ALPN
  /// Requests that one HTTP/2 connection may have at work.
  std::uint32_t http2_max_streams = 100;
};

/// An HTTP server: one io_context and one acceptor (SO_REUSEPORT) a thread, so that a connection
/// lives on one thread. start() binds and begins to serve; stop() is graceful: idle connections
/// leave at once, busy ones finish their requests, and after `grace` they are cut; it returns when
/// all are gone. Call start() and stop() from one thread that is not one of the server's.
class Server {
 public:
  Server(ServerOptions options, std::shared_ptr<Handler> handler);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Errors: bad certificate or key, address in use (the text names address and port).
  Result<void> start();
  /// The port bound; valid after start().
  std::uint16_t port() const noexcept;
  /// How often a connection could not be accepted so far. Any thread.
  std::uint64_t accept_failures() const noexcept;
  void stop(std::chrono::milliseconds grace);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kaudit::apiserver::http
