#pragma once

#include <cstdint>
#include <memory>
#include <unordered_set>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "apiserver/http/accept_failures.hpp"
#include "apiserver/http/connection.hpp"
#include "apiserver/http/round.hpp"
#include "apiserver/http/server.hpp"
#include "apiserver/http/sockets/poller.hpp"
#include "base/result.hpp"

namespace kaudit::apiserver::http {

/// An error that names the endpoint when another program already listens there. (Sockets with
/// SO_REUSEPORT would share the port even with another process of the same user.)
Result<void> check_port_is_free(const asio::ip::tcp::endpoint& endpoint);

/// One thread's part of a server: its acceptor and the connections it accepted. `options`,
/// `handler` and `failures` outlive it.
///
/// Thread safety: listen() before run(); begin_stop() and cut_all() from any thread; the rest
/// happens within run().
class Worker {
 public:
  /// `context` null: plain HTTP.
  Worker(const ServerOptions& options, Handler& handler, std::shared_ptr<SSL_CTX> context,
         AcceptFailures& failures);

  /// Binds, shares the port with the other workers, and answers with the port (for port 0: the one
  /// it got).
  Result<std::uint16_t> listen(const asio::ip::tcp::endpoint& endpoint);
  /// Serves; returns when stopping and all connections, and what handlers left to the executor,
  /// have ended.
  void run();
  /// Takes no more connections, lets idle ones go, and busy ones after their request.
  void begin_stop();
  /// Ends the connections that are still there.
  void cut_all();

 private:
  asio::awaitable<void> accept();
  void begin_to_serve(asio::ip::tcp::socket socket);
  asio::awaitable<void> serve(std::shared_ptr<Connection> connection);

  asio::io_context io_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_{io_.get_executor()};
  asio::ip::tcp::acceptor acceptor_{io_};
  std::shared_ptr<SSL_CTX> context_;
  AcceptFailures& failures_;
  Poller poller_{io_};
  Round round_{io_};
  bool stopping_ = false;
  ConnectionEnvironment environment_;
  std::unordered_set<std::shared_ptr<Connection>> connections_;
};

}  // namespace kaudit::apiserver::http
