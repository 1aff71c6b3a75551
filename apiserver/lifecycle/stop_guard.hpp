#pragma once

#include <chrono>
#include <csignal>
#include <functional>
#include <optional>
#include <string_view>
#include <thread>

#include "base/mutex.hpp"

namespace kaudit::apiserver {

/// Makes sure that a server on its way down gets there: from its construction on, on a thread of
/// its own, a further signal ends the process at once; and draining ends in time.
///
/// The signals must be blocked in every thread. All members are for one thread.
class StopGuard {
 public:
  struct Actions {
    /// Gives up what is still to be delivered, so that the draining that waits for it ends.
    std::function<void()> give_up;
    /// Said before the process is ended in the middle of things.
    std::function<void(std::string_view why)> last_words;
  };

  /// How long giving up may take.
  static constexpr std::chrono::seconds kGiveUpGrace{5};

  /// `exit_code` is for a process that it ends.
  StopGuard(const sigset_t& signals, Actions actions, int exit_code);
  /// The server is down: the guard leaves.
  ~StopGuard();
  StopGuard(const StopGuard&) = delete;
  StopGuard& operator=(const StopGuard&) = delete;

  /// Draining begins: after `limit` it is given up, and when that does not help the process ends.
  void draining(std::chrono::nanoseconds limit);

 private:
  using Clock = std::chrono::steady_clock;

  void watch();
  bool look(bool& gave_up);
  [[noreturn]] void end_process(std::string_view why) const;

  const sigset_t signals_;
  const Actions actions_;
  const int exit_code_;
  Mutex mutex_;
  std::optional<Clock::time_point> deadline_ KAUDIT_GUARDED_BY(mutex_);
  bool done_ KAUDIT_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace kaudit::apiserver
