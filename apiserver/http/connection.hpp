#pragma once

#include <memory>
#include <string_view>

#include <boost/asio/ip/tcp.hpp>

#include "apiserver/http/connection_environment.hpp"
#include "apiserver/http/http1_exchange.hpp"
#include "apiserver/http/request_head.hpp"
#include "apiserver/http/wire.hpp"

namespace kaudit::apiserver::http {

class Http2Connection;

/// One client: handshake, then HTTP/2 when that was agreed on, else one request after the other
/// until one of them, the client or the server ends it. Lives on one thread.
class Connection {
 public:
  /// Takes the socket over. `context` null: the client speaks plain HTTP.
  Connection(asio::ip::tcp::socket socket, SSL_CTX* context,
             const ConnectionEnvironment& environment);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Returns when the connection is closed. Throws nothing but what co_await itself may.
  asio::awaitable<void> run();
  /// Ends the connection if no request is at work; else it ends after it, as the environment says,
  /// and with HTTP/2 after those that are at work.
  void leave_if_idle();
  /// Ends the connection now; a handler at work is told that its client has gone.
  void cut() { wire_->cut_as_gone(); }

 private:
  enum class Goodbye : std::uint8_t { AtOnce, Lingering };

  asio::awaitable<Goodbye> serve();
  asio::awaitable<RequestHeadParser::Progress> read_head(RequestHeadParser& parser);
  asio::awaitable<void> refuse(const HeadRefusal& refusal);
  asio::awaitable<Http1Exchange::Outcome> serve_request(RequestHead&& head);
  asio::awaitable<void> handle(Http1Exchange& exchange, Expectation expectation);

  const ConnectionEnvironment& environment_;
  std::shared_ptr<Wire> wire_;
  Peer peer_;
  UsedHead used_;                           ///< of the request before
  std::unique_ptr<Http2Connection> http2_;  ///< null for HTTP/1.x
  bool first_request_ = true;
  bool idle_ = true;  ///< no byte of a request has come
};

}  // namespace kaudit::apiserver::http
