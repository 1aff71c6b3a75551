#pragma once

#include <memory>
#include <string_view>

#include "apiserver/http/http1_exchange.hpp"
#include "apiserver/http/request_head.hpp"
#include "apiserver/http/server.hpp"
#include "apiserver/http/wire.hpp"

namespace kaudit::apiserver::http {

/// What the connections of one thread share; outlives them.
struct ConnectionEnvironment {
  const ServerOptions& options;
  Handler& handler;
  const bool& stopping;  ///< requests that are at work end with `Connection: close`
};

/// One client: handshake, then one request after the other until one of them, the client or the
/// server ends it. Lives on one thread.
class Connection {
 public:
  /// `context` null: the client speaks plain HTTP.
  Connection(Wire::Socket socket, SSL_CTX* context, const ConnectionEnvironment& environment);

  /// Returns when the connection is closed. Throws nothing but what co_await itself may.
  asio::awaitable<void> run();
  /// Ends the connection if no request is at work; else it ends after it, as the environment says.
  void leave_if_idle() noexcept;
  /// Ends the connection now; a handler at work is told that its client has gone.
  void cut() { wire_->cut_as_gone(); }

 private:
  enum class Goodbye : std::uint8_t { AtOnce, Lingering };

  asio::awaitable<Goodbye> serve();
  asio::awaitable<RequestHeadParser::Progress> read_head(RequestHeadParser& parser);
  asio::awaitable<void> refuse(const HeadRefusal& refusal);
  asio::awaitable<Http1Exchange::Outcome> serve_request(RequestHead head);
  asio::awaitable<void> handle(Http1Exchange& exchange, Expectation expectation);

  const ConnectionEnvironment& environment_;
  std::shared_ptr<Wire> wire_;
  Peer peer_;
  bool first_request_ = true;
  bool idle_ = true;  ///< no byte of a request has come
};

}  // namespace kaudit::apiserver::http
