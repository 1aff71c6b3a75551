#pragma once

#include <chrono>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace kaudit::apiserver::streaming {

/// Lets one coroutine sleep until something has happened. What happens while it is awake is not
/// lost: then it does not fall asleep. Lives on one thread.
class Waker {
 public:
  using Clock = std::chrono::steady_clock;
  explicit Waker(const boost::asio::any_io_executor& executor) : timer_(executor) {}

  void wake() {
    awake_ = true;
    timer_.cancel();
  }

  boost::asio::awaitable<void> sleep_until(Clock::time_point time) {
    if (!awake_) {
      timer_.expires_at(time);
      co_await timer_.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    }
    awake_ = false;
  }

 private:
  boost::asio::steady_timer timer_;
  bool awake_ = false;
};

}  // namespace kaudit::apiserver::streaming
