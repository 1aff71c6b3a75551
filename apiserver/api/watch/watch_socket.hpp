#pragma once

#include <functional>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "apiserver/http/websocket.hpp"
#include "apiserver/request_scope.hpp"

namespace kaudit::apiserver::api {

/// The WebSocket that a watch may ask for instead of a chunked answer (fabric8's client does). What
/// the client says on it is not heard, but for pings and its goodbye. Lives on the request's
/// thread.
class WatchSocket {
 public:
  static bool asked_for(const http::Request& request) {
    return http::websocket::is_upgrade(request);
  }

  /// For a request whose handshake has been accepted and answered.
  explicit WatchSocket(RequestScope& scope) : scope_(scope) {
    scope_.exchange.on_received([this] { read(); });
  }
  ~WatchSocket() { scope_.exchange.on_received(nullptr); }
  WatchSocket(const WatchSocket&) = delete;
  WatchSocket& operator=(const WatchSocket&) = delete;

  /// Calls that whenever there are replies to send or the client has closed.
  void wakes(std::function<void()> wake) { wake_ = std::move(wake); }
  /// The frames that answer what the client sent.
  std::string take_replies() { return std::exchange(replies_, {}); }
  /// True once the client has said goodbye, or spoken no WebSocket.
  bool closed() const noexcept { return closed_; }
  boost::asio::awaitable<void> close();

 private:
  void read();

  RequestScope& scope_;
  std::function<void()> wake_;
  http::websocket::FrameReader reader_;
  std::string replies_;
  bool closed_ = false;
};

}  // namespace kaudit::apiserver::api
