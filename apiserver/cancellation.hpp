#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <list>

#include <boost/asio/awaitable.hpp>

namespace kaudit::apiserver {

/// Tells a handler that nobody waits for its answer any more (Go's request context). Lives on one
/// thread.
class Cancellation {
 public:
  enum class Reason : std::uint8_t { None, ClientGone, DeadlineExceeded, ServerStopping };

  bool cancelled() const noexcept { return reason_ != Reason::None; }
  Reason reason() const noexcept { return reason_; }
  /// The first reason stays. Runs the callbacks, each once.
  void cancel(Reason reason);

  /// Calls a function on cancellation for as long as it lives; at once when it has already
  /// happened. The function may only wake others (cancel a timer, post): it must not end a
  /// subscription itself.
  class Subscription {
   public:
    Subscription(Cancellation& cancellation, std::function<void()> callback);
    ~Subscription();
    Subscription(const Subscription&) = delete;
    Subscription& operator=(const Subscription&) = delete;

   private:
    Cancellation& cancellation_;
    std::list<std::function<void()>>::iterator position_;
  };

  /// Waits; false when cancelled before the time was over.
  boost::asio::awaitable<bool> sleep_for(std::chrono::nanoseconds duration);

 private:
  std::list<std::function<void()>> callbacks_;
  Reason reason_ = Reason::None;
};

}  // namespace kaudit::apiserver
