#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <stop_token>
#include <thread>

#include "base/mutex.hpp"

namespace kaudit::backends {

/// A thread that runs a task at its start, whenever it is woken, and after each interval. Any
/// thread may call; start() and stop() once each.
class Background {
 public:
  /// The task must not throw and should heed the stop.
  using Task = std::function<void(const std::stop_token&)>;

  Background(std::chrono::milliseconds interval, Task task);

  void start();
  /// The task runs soon, once for however many calls came before it.
  void wake();
  /// Waits for a task that is running; none runs afterwards.
  void stop();

 private:
  void run(const std::stop_token& stop);

  const std::chrono::milliseconds interval_;
  const Task task_;
  Mutex mutex_;
  std::condition_variable_any woken_;
  bool wanted_ KAUDIT_GUARDED_BY(mutex_) = true;
  std::jthread thread_;  ///< last: ends before what it uses
};

}  // namespace kaudit::backends
