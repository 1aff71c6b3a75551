#include "apiserver/cancellation.hpp"

#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace kaudit::apiserver {

namespace asio = boost::asio;

void Cancellation::cancel(Reason reason) {
  if (cancelled()) return;
  reason_ = reason;
  for (auto& callback : callbacks_) {
    if (auto once = std::exchange(callback, nullptr)) once();
  }
}

Cancellation::Subscription::Subscription(Cancellation& cancellation, std::function<void()> callback)
    : cancellation_(cancellation) {
  if (cancellation.cancelled()) {
    callback();
    callback = nullptr;
  }
  position_ = cancellation.callbacks_.insert(cancellation.callbacks_.end(), std::move(callback));
}

Cancellation::Subscription::~Subscription() { cancellation_.callbacks_.erase(position_); }

asio::awaitable<bool> Cancellation::sleep_for(std::chrono::nanoseconds duration) {
  if (cancelled()) co_return false;
  asio::steady_timer timer(co_await asio::this_coro::executor, duration);
  const Subscription wake(*this, [&timer] { timer.cancel(); });
  co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
  co_return !cancelled();
}

}  // namespace kaudit::apiserver
