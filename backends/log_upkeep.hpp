#pragma once

#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>

#include "backends/backup_keeper.hpp"
#include "backends/log_figures.hpp"
#include "backends/plugin_error.hpp"

namespace kaudit::backends {

/// The thread that looks after rotated files: at start, after each rotation, and once an hour, for
/// files get too old on a quiet server too. Its failures are counted and told, a burst of them
/// once; they never keep a line from being written. Any thread.
class LogUpkeep {
 public:
  /// Both must outlive it.
  LogUpkeep(BackupKeeper& keeper, LogFigures& figures, SteadyClock clock);

  void start();
  /// A file was rotated.
  void wake();
  /// Returns soon: a compression under way is given up, and begun anew at the next start.
  void stop();

 private:
  void run(const std::stop_token& stop);
  void tidy(const std::stop_token& stop);

  BackupKeeper& keeper_;
  LogFigures& figures_;
  const SteadyClock clock_;
  SteadyTime quiet_until_{};  ///< the thread's own
  std::mutex mutex_;
  std::condition_variable_any woken_;
  bool wanted_ = true;   // guarded by mutex_
  std::jthread thread_;  ///< last: ends before what it uses
};

}  // namespace kaudit::backends
