#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <openssl/types.h>

#include "apiserver/http/exchange.hpp"
#include "apiserver/http/server.hpp"
#include "apiserver/pki/serving_certificates.hpp"
#include "base/mutex.hpp"

namespace kaudit::apiserver::http::test {

/// Certificates made once for all tests of the process.
const pki::Certificates& certificates();

/// Something that happens once, seen from another thread.
class Event {
 public:
  void set();
  /// Waits up to ten seconds: a test that needs them has failed.
  [[nodiscard]] bool wait();
  bool is_set();

 private:
  Mutex mutex_;
  Condition changed_;
  bool set_ KAUDIT_GUARDED_BY(mutex_) = false;
};

inline constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

using Handle = std::function<asio::awaitable<void>(Exchange&)>;

/// A server on a free port of 127.0.0.1 with one thread unless `options` says otherwise.
class TestServer {
 public:
  explicit TestServer(Handle handle, ServerOptions options = {});
  Server& operator*() noexcept { return *server_; }
  Server* operator->() noexcept { return server_.get(); }

 private:
  std::unique_ptr<Server> server_;
};

/// What the handlers below answer when a body could not be read.
std::string error_text(BodyError error);
/// Answers with the method, the target and the body of the request, a line each.
asio::awaitable<void> echo(Exchange& exchange);
/// Answers with the body, of which it reads no more than eight bytes.
asio::awaitable<void> read_a_little(Exchange& exchange);
/// Answers with "aside" or "at once", as the exchange says of itself.
asio::awaitable<void> says_whether_it_steps_aside(Exchange& exchange);

/// A handler's wait that ends when the client has gone, and never else.
asio::awaitable<void> wait_until_gone(Exchange& exchange);

struct Answer {
  std::string status;  ///< "200 OK", empty when the connection ended before an answer
  Headers headers;
  std::string body;
  bool whole = false;  ///< the body ended as its framing says
};

/// A blocking client that sends the bytes it is told to. Reading gives up after ten seconds.
class Client {
 public:
  enum class Protocol : std::uint8_t { Tls, Plain };
  /// `alpn`: the protocols to offer, each with its length before it ("\x02h2"); none when empty.
  explicit Client(std::uint16_t port, const tls::KeyPairPem* certificate = nullptr,
                  Protocol protocol = Protocol::Tls, std::string_view alpn = {});
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  bool connected() const noexcept { return connected_; }
  void send(std::string_view bytes);
  /// Reads one answer by its framing; `method` is that of the request.
  Answer receive(std::string_view method = "GET");
  /// send() and receive().
  Answer ask(std::string_view request);
  /// Whatever comes until the server closes.
  std::string receive_all();
  /// Exactly so many bytes, fewer at the end.
  std::string receive(std::size_t size);
  /// Closes without a word, as a client that was killed.
  void vanish();
  SSL* tls() noexcept { return ssl_; }

 private:
  bool receive_more();
  std::string receive_until(std::string_view end);

  int socket_ = -1;
  bool connected_ = false;
  SSL_CTX* context_ = nullptr;
  SSL* ssl_ = nullptr;
  std::string buffer_;
};

}  // namespace kaudit::apiserver::http::test
