#pragma once

#include <atomic>
#include <chrono>
#include <csignal>
#include <functional>
#include <string_view>
#include <thread>

namespace kaudit::apiserver {

/// Sees to it that a server that is starting can be ended: from its construction on, on a thread of
/// its own, it takes the signals in the server's place. After one the start has a moment to get to
/// where the server would stop in good order; then the process ends at once.
///
/// The signals must be blocked in every thread. All members are for one thread.
class StartGuard {
 public:
  /// How long a start may go on after the signal.
  static constexpr std::chrono::milliseconds kGrace{2000};

  /// `last_words` is called before the process is ended in the middle of things, with `exit_code`.
  StartGuard(const sigset_t& signals, std::function<void(std::string_view why)> last_words,
             int exit_code, std::chrono::milliseconds grace = kGrace);
  ~StartGuard();
  StartGuard(const StartGuard&) = delete;
  StartGuard& operator=(const StartGuard&) = delete;

  /// The server has started: the guard leaves. True when a signal has come, which is then taken.
  bool end();

 private:
  void watch(const std::stop_token& stop);
  [[noreturn]] void end_process() const;

  const sigset_t signals_;
  const std::function<void(std::string_view why)> last_words_;
  const int exit_code_;
  const std::chrono::milliseconds grace_;
  std::atomic<bool> asked_{false};
  std::jthread thread_;
};

}  // namespace kaudit::apiserver
