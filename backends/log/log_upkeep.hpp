#pragma once

#include <stop_token>

#include "backends/log/background.hpp"
#include "backends/log/backup_keeper.hpp"
#include "backends/log/log_figures.hpp"
#include "backends/rarely.hpp"

namespace kaudit::backends {

/// The thread that looks after rotated files: at start, after each rotation, and once an hour, for
/// files get too old on a quiet server too. Its failures are counted and logged, a burst of them
/// once; they never keep a line from being written. Any thread.
class LogUpkeep {
 public:
  /// Both must outlive it.
  LogUpkeep(BackupKeeper& keeper, LogFigures& figures, SteadyClock clock);

  void start() { thread_.start(); }
  /// A file was rotated.
  void wake() { thread_.wake(); }
  /// Returns soon: a compression under way is given up, and starts over at the next start.
  void stop() { thread_.stop(); }

 private:
  void tidy(const std::stop_token& stop);

  BackupKeeper& keeper_;
  LogFigures& figures_;
  const SteadyClock clock_;
  Rarely told_;  ///< the thread's own
  Background thread_;
};

}  // namespace kaudit::backends
