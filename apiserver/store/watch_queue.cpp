#include "apiserver/store/watch_queue.hpp"

#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace kaudit::apiserver::store {

WatchQueue::WatchQueue(asio::any_io_executor executor, std::size_t capacity,
                       std::vector<WatchEvent> behind)
    : capacity_(behind.size() + capacity),
      executor_(std::move(executor)),
      wake_(executor_),
      events_(std::move(behind)) {}

void WatchQueue::push(const WatchEvent& event) {
  {
    const std::lock_guard lock(mutex_);
    if (cut_) return;
    if (events_.size() >= capacity_) {
      cut_ = true;
      events_.clear();
    } else {
      events_.push_back(event);
      if (events_.size() > 1) return;  // the first one has woken the watcher
    }
  }
  asio::post(executor_, [self = shared_from_this()] { self->wake_.cancel(); });
}

asio::awaitable<std::vector<WatchEvent>> WatchQueue::next(
    std::chrono::steady_clock::time_point deadline) {
  for (;;) {
    auto events = take();
    if (!events.empty() || interrupted_ || cut()) co_return events;
    // push() wakes by a handler on this thread, so none can come between take() and the wait.
    wake_.expires_at(deadline);
    const auto [error] = co_await wake_.async_wait(asio::as_tuple(asio::use_awaitable));
    if (!error) co_return take();  // the deadline
  }
}

void WatchQueue::interrupt() {
  interrupted_ = true;
  wake_.cancel();
}

bool WatchQueue::cut() const {
  const std::lock_guard lock(mutex_);
  return cut_;
}

std::vector<WatchEvent> WatchQueue::take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(events_, {});
}

}  // namespace kaudit::apiserver::store
