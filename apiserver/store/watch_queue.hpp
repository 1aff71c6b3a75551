#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include "apiserver/store/store.hpp"

namespace kaudit::apiserver::store {

/// A bounded queue from the threads that change the store to the one thread of a watcher. When it
/// is full the watcher is cut: it must begin anew, which is better than a gap it does not know of.
/// push() may be called from any thread; everything else on the executor.
class WatchQueue : public std::enable_shared_from_this<WatchQueue> {
 public:
  /// `behind`: changes to hand out first, however many; the capacity bounds what comes after them.
  WatchQueue(asio::any_io_executor executor, std::size_t capacity, std::vector<WatchEvent> behind);

  /// Wakes the watcher when it waits. Never blocks longer than it takes to append.
  void push(const WatchEvent& event);

  asio::awaitable<std::vector<WatchEvent>> next(std::chrono::steady_clock::time_point deadline);
  void interrupt();
  bool cut() const;

 private:
  std::vector<WatchEvent> take();

  const std::size_t capacity_;  // of events_
  const asio::any_io_executor executor_;
  asio::steady_timer wake_;   // touched on executor_ only
  bool interrupted_ = false;  // likewise
  mutable std::mutex mutex_;
  std::vector<WatchEvent> events_;  // guarded by mutex_
  bool cut_ = false;                // guarded by mutex_
};

}  // namespace kaudit::apiserver::store
