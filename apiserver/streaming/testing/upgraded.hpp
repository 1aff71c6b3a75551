#pragma once

#include <exception>
#include <functional>
#include <string>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "apiserver/answer.hpp"
#include "apiserver/request_scope.hpp"
#include "apiserver/send_answer.hpp"
#include "apiserver/testing/fake_exchange.hpp"

namespace kaudit::apiserver::streaming::testing {

/// A request whose answer takes the connection over, without a transport.
class Upgraded {
 public:
  using Handler = std::function<Answer(RequestScope&)>;

  Upgraded(http::Request request, const Handler& handler)
      : exchange_(io_, std::move(request)), scope_(exchange_) {
    boost::asio::co_spawn(io_, send_answer(scope_, handler(scope_)),
                          [this](const std::exception_ptr& thrown) {
                            done_ = true;
                            if (thrown) std::rethrow_exception(thrown);
                          });
    go_on();
  }
  ~Upgraded() {
    leave();
    go_on();
  }
  Upgraded(const Upgraded&) = delete;
  Upgraded& operator=(const Upgraded&) = delete;

  /// Whatever can be done without waiting.
  void go_on() {
    io_.restart();
    io_.poll();
  }
  void send(std::string_view bytes) {
    exchange_.receive(bytes);
    go_on();
  }
  /// Waits for the end, for at most ten seconds.
  bool ends() {
    io_.restart();
    io_.run_for(std::chrono::seconds(10));
    return done_;
  }
  /// Lets time pass until that holds.
  bool until(const std::function<bool()>& holds) {
    const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!holds() && std::chrono::steady_clock::now() < patience) {
      io_.restart();
      io_.run_one_for(std::chrono::milliseconds(50));
    }
    return holds();
  }
  void leave() { scope_.cancellation.cancel(Cancellation::Reason::ClientGone); }

  bool done() const noexcept { return done_; }
  const std::string& head() const noexcept { return exchange_.hijacked_head; }
  const std::string& sent() const noexcept { return exchange_.body; }
  std::string take_sent() { return std::exchange(exchange_.body, {}); }
  boost::asio::io_context& io() noexcept { return io_; }

 private:
  boost::asio::io_context io_;
  apiserver::testing::FakeExchange exchange_;
  RequestScope scope_;
  bool done_ = false;
};

inline http::Request websocket_request(const std::string& protocol) {
  http::Request request;
  request.method = "GET";
  request.headers.add("Connection", "Upgrade");
  request.headers.add("Upgrade", "websocket");
  request.headers.add("Sec-WebSocket-Version", "13");
  request.headers.add("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
  if (!protocol.empty()) request.headers.add("Sec-WebSocket-Protocol", protocol);
  return request;
}

inline http::Request spdy_request(const std::string& protocols) {
  http::Request request;
  request.method = "POST";
  request.headers.add("Connection", "Upgrade");
  request.headers.add("Upgrade", "SPDY/3.1");
  if (!protocols.empty()) request.headers.add("X-Stream-Protocol-Version", protocols);
  return request;
}

}  // namespace kaudit::apiserver::streaming::testing
