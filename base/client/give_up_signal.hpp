#pragma once

#include <atomic>
#include <chrono>

namespace kaudit::client {

using SteadyTime = std::chrono::steady_clock::time_point;

/// Ends waits from another thread, once and for all. What waits on sockets polls descriptor()
/// beside them. Any thread.
class GiveUpSignal {
 public:
  /// Throws std::system_error when the system has no descriptor left.
  GiveUpSignal();
  GiveUpSignal(const GiveUpSignal&) = delete;
  GiveUpSignal& operator=(const GiveUpSignal&) = delete;
  ~GiveUpSignal();

  void raise() noexcept;
  bool is_raised() const noexcept { return raised_.load(std::memory_order_acquire); }
  /// Sleeps until then, or until it is raised.
  void wait_until(SteadyTime time) const;
  /// Readable once it is raised, and for ever after.
  int descriptor() const noexcept { return event_; }

 private:
  std::atomic<bool> raised_{false};
  const int event_;
};

/// How long an operation may take, and what ends it earlier. The signal must outlive it.
struct Patience {
  SteadyTime deadline;
  const GiveUpSignal& give_up;
};

}  // namespace kaudit::client
