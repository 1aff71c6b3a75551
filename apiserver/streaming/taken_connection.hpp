#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>

#include "apiserver/request_scope.hpp"
#include "apiserver/streaming/waker.hpp"

namespace kaudit::apiserver::streaming {

/// The connection of a request whose answer is an upgrade, as the body of that answer sees it:
/// bytes both ways, bounded by what the transport keeps (64 KiB unread, and what one write() was
/// given). Lives on the request's thread, from the body's beginning to its end.
class TakenConnection {
 public:
  explicit TakenConnection(RequestScope& scope)
      : scope_(scope),
        waker_(std::make_shared<Waker>(scope.exchange.executor())),
        cancelled_(scope.cancellation, [waker = waker_] { waker->wake(); }) {
    scope_.exchange.on_received([waker = waker_] { waker->wake(); });
  }
  ~TakenConnection() { scope_.exchange.on_received(nullptr); }
  TakenConnection(const TakenConnection&) = delete;
  TakenConnection& operator=(const TakenConnection&) = delete;

  /// Gives what has come to `reader.read()`, and drops what that has taken. False: it took nothing.
  template <typename Reader>
  bool feed(Reader& reader) {
    const std::string_view received = scope_.exchange.received();
    const std::size_t size = received.empty() ? 0 : reader.read(received);
    if (size > 0) scope_.exchange.consume(size);
    return size > 0;
  }
  boost::asio::awaitable<void> write(std::string bytes) {
    if (!bytes.empty()) co_await scope_.exchange.write(bytes);
  }
  /// Until something has come from the client or from who else has the waker, the request is
  /// cancelled, or it is time.
  boost::asio::awaitable<void> sleep_until(Waker::Clock::time_point time) {
    return waker_->sleep_until(time);
  }
  /// The client has gone, or the server stops.
  bool cancelled() const noexcept { return scope_.cancellation.cancelled(); }
  const std::shared_ptr<Waker>& waker() const noexcept { return waker_; }
  boost::asio::any_io_executor executor() const { return scope_.exchange.executor(); }

 private:
  RequestScope& scope_;
  const std::shared_ptr<Waker> waker_;
  const Cancellation::Subscription cancelled_;
};

}  // namespace kaudit::apiserver::streaming
