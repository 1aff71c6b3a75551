#include "apiserver/http/worker.hpp"

#include <cerrno>
#include <chrono>
#include <exception>
#include <string>
#include <sys/socket.h>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace kaudit::apiserver::http {
namespace {

using asio::ip::tcp;

/// How long accept() rests when the process is out of descriptors or memory.
constexpr auto kAcceptPause = std::chrono::milliseconds(50);

enum class PortUse : std::uint8_t { Alone, Shared };

boost::system::error_code bind_and_listen(tcp::acceptor& acceptor, const tcp::endpoint& endpoint,
                                          PortUse use) {
  boost::system::error_code error;
  acceptor.open(endpoint.protocol(), error);
  if (!error) {
    acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  }
  if (!error && use == PortUse::Shared) {
    const int on = 1;
    if (::setsockopt(acceptor.native_handle(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)) != 0) {
      error.assign(errno, boost::system::system_category());
    }
  }
  if (!error && endpoint.address().is_v6()) {
    // "::" means every address of the host, IPv4 too, as in Go.
    acceptor.set_option(asio::ip::v6_only(!endpoint.address().is_unspecified()), error);
  }
  if (!error) {
    acceptor.bind(endpoint, error);
  }
  if (!error) {
    acceptor.listen(asio::socket_base::max_listen_connections, error);
  }
  return error;
}

tl::unexpected<Error> cannot_listen(const tcp::endpoint& endpoint,
                                    const boost::system::error_code& error) {
  const std::string address = endpoint.address().to_string();
  return fail("cannot listen on " + (endpoint.address().is_v6() ? '[' + address + ']' : address) +
              ':' + std::to_string(endpoint.port()) + ": " + error.message());
}

}  // namespace

Result<void> check_port_is_free(const tcp::endpoint& endpoint) {
  asio::io_context io;
  tcp::acceptor probe(io);
  if (const auto error = bind_and_listen(probe, endpoint, PortUse::Alone)) {
    return cannot_listen(endpoint, error);
  }
  return {};
}

Worker::Worker(const ServerOptions& options, Handler& handler, std::shared_ptr<SSL_CTX> context,
               AcceptFailures& failures)
    : context_(std::move(context)),
      failures_(failures),
      environment_(
          ConnectionEnvironment{options, handler, poller_, round_, stopping_, connections_}) {}

Result<std::uint16_t> Worker::listen(const tcp::endpoint& endpoint) {
  if (const auto error = bind_and_listen(acceptor_, endpoint, PortUse::Shared)) {
    return cannot_listen(endpoint, error);
  }
  return acceptor_.local_endpoint().port();
}

void Worker::run() {
  asio::co_spawn(io_, accept(), asio::detached);
  io_.run();
}

asio::awaitable<void> Worker::accept() {
  while (!stopping_) {
    auto [error, socket] = co_await acceptor_.async_accept(asio::as_tuple(asio::use_awaitable));
    if (stopping_) {
      break;
    }
    if (error) {
      failures_.failed(error.message());
      asio::steady_timer pause(io_, kAcceptPause);
      co_await pause.async_wait(asio::as_tuple(asio::use_awaitable));
      continue;
    }
    try {
      begin_to_serve(std::move(socket));
    } catch (const std::exception& failure) {  // no memory, or what the kernel can watch
      failures_.failed(failure.what());
    }
  }
}

void Worker::begin_to_serve(tcp::socket socket) {
  boost::system::error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  auto connection = std::make_shared<Connection>(std::move(socket), context_.get(), environment_);
  connections_.insert(connection);
  asio::co_spawn(io_, serve(std::move(connection)), asio::detached);
}

asio::awaitable<void> Worker::serve(std::shared_ptr<Connection> connection) {
  co_await connection->run();
  connections_.erase(connection);
}

void Worker::begin_stop() {
  asio::post(io_, [this] {
    stopping_ = true;
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    for (const auto& connection : connections_) {
      connection->leave_if_idle();
    }
    work_.reset();
  });
}

void Worker::cut_all() {
  asio::post(io_, [this] {
    // A cut runs callbacks of handlers; none of them may change the set under our feet.
    const std::vector<std::shared_ptr<Connection>> all(connections_.begin(), connections_.end());
    for (const auto& connection : all) {
      connection->cut();
    }
  });
}

}  // namespace kaudit::apiserver::http
