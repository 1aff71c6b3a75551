#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "audit/counters.hpp"
#include "audit/sink.hpp"
#include "backends/background.hpp"
#include "backends/group_commit.hpp"
#include "backends/log_figures.hpp"
#include "backends/log_file.hpp"
#include "backends/log_upkeep.hpp"
#include "backends/options.hpp"
#include "backends/plugin_error.hpp"
#include "backends/rarely.hpp"
#include "backends/rotating_file.hpp"

namespace kaudit::backends {

/// What a Log is opened with.
struct LogSettings {
  std::string path;  ///< `-` is standard output
  LogFormat format = LogFormat::Json;
  RotationLimits rotation{};
  LogSync sync = LogSync::Never;
};

/// Appends each event as one line to a file or to standard output (spec section 6 "Log", 8.6-8.8).
///
/// Threads: process() may be called from many at once; each encodes its events by itself, and those
/// that come while a write is under way share the next one. A rotation is made in turn with the
/// writes; looking after rotated files, and LogSync::Interval, are threads of their own from
/// start() to shutdown(). The lines of one call stand together. Failure: what could not be written,
/// or with LogSync::Always not synced, is counted under plugin `log` and told; the next event is
/// tried again, so the log recovers by itself. The process must ignore SIGPIPE and SIGXFSZ: see
/// ignore_write_signals().
class Log final : public audit::Backend {
 public:
  /// Opens the path. The counters must outlive the log.
  static Result<std::unique_ptr<Log>> open(const LogSettings& settings, audit::Counters& counters,
                                           SteadyClock clock = std::chrono::steady_clock::now,
                                           const WallClock& wall_clock = wall_clock_now);

  Result<void> start() override;
  void shutdown() override;
  void give_up() noexcept override { file_.give_up(); }
  bool process(std::span<const audit::EventPtr> events) override;
  /// The first half of process(), encoding, which needs no turn; what it returns does the second,
  /// once, while the events live.
  std::function<bool()> prepare(std::span<const audit::EventPtr> events);
  bool may_wait() const noexcept override { return sync_ == LogSync::Always || file_.may_wait(); }
  std::string describe() const override { return "log"; }

  /// Opens the path anew at once, for SIGHUP. After an error the old file is still written to. Any
  /// thread.
  Result<void> reopen();

  const LogFigures& figures() const noexcept { return figures_; }
  /// How many calls of process() wait for the next write.
  std::size_t waiting() const noexcept { return commit_.waiting(); }

 private:
  Log(const LogSettings& settings, audit::Counters& counters, SteadyClock clock,
      const WallClock& wall_clock);
  void append_lines(std::string& out, std::span<const audit::EventPtr> events) const;
  bool commit(std::string_view lines, std::span<const audit::EventPtr> events);
  std::vector<LostLines> write(std::string_view lines);
  void sync_behind();
  void tell(const std::vector<LostLines>& lost, std::string_view lines,
            std::span<const audit::EventPtr> events);

  const LogFormat format_;
  const LogSync sync_;
  const SteadyClock clock_;
  bool keeps_backups_ = false;  ///< constant after open()
  PluginErrors errors_;
  LogFigures figures_;
  std::mutex mutex_;
  LogFile file_;  // guarded by mutex_, but for may_wait() and give_up()
  BackupKeeper keeper_;
  RotatingFile rotating_;   // guarded by mutex_
  bool shut_down_ = false;  // guarded by mutex_
  LogUpkeep upkeep_;
  Background syncer_;
  Rarely sync_told_;  ///< syncer_'s, and shutdown()'s after it
  GroupCommit commit_;
};

/// Makes a closed pipe and a limit on the size of files (RLIMIT_FSIZE) an error of write(2) instead
/// of the process's end. A server calls it first thing in main.
void ignore_write_signals();

}  // namespace kaudit::backends
