#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "audit/counters.hpp"
#include "audit/sink.hpp"
#include "backends/log/background.hpp"
#include "backends/log/group_commit.hpp"
#include "backends/log/log_figures.hpp"
#include "backends/log/log_file.hpp"
#include "backends/log/log_settings.hpp"
#include "backends/log/log_upkeep.hpp"
#include "backends/log/rotating_file.hpp"
#include "backends/plugin_error.hpp"
#include "backends/rarely.hpp"
#include "base/mutex.hpp"

namespace kaudit::backends {

/// Appends each event as one line to a file or to standard output (audit-semantics 6.4, 8.6, 8.7,
/// 8.8).
///
/// Threads: process() may be called from many at once; each encodes its events by itself, and those
/// that come while a write is under way share the next one. A rotation is made in turn with the
/// writes; looking after rotated files, and LogSync::Interval, are threads of their own from
/// start() to shutdown(). The lines of one call stand together. Failure: what could not be written,
/// or with LogSync::Always not synced, is counted under plugin `log` and logged; the next event is
/// tried again, so the log recovers by itself. The process must ignore SIGPIPE and SIGXFSZ: see
/// ignore_write_signals().
class Log final : public audit::Backend, public audit::PassingSink, public audit::ByLine {
 public:
  /// Opens the path. The counters must outlive the log.
  static Result<std::unique_ptr<Log>> open(const LogSettings& settings, audit::Counters& counters,
                                           SteadyClock clock = std::chrono::steady_clock::now,
                                           const WallClock& wall_clock = wall_clock_now);

  Result<void> start() override;
  void shutdown() override;
  void give_up() noexcept KAUDIT_UNCHECKED override { file_.give_up(); }
  bool process(std::span<const audit::EventPtr> events) override;
  /// Who looks on at the steps of events is shown the events themselves.
  audit::PassingSink* passing() noexcept override { return trace_.is_on() ? nullptr : this; }
  bool process_passing(const audit::Event& event) override;
  audit::ByLine* in_lines() noexcept override { return by_line(); }
  /// Events can be read again from lines of JSON only.
  audit::ByLine* by_line() noexcept override {
    return trace_.is_on() || format_ != LogFormat::Json ? nullptr : this;
  }
  void write_line(JsonWriter& writer, const audit::Event& event) const override;
  bool deliver_lines(std::string_view lines) override;
  bool may_wait() const noexcept KAUDIT_UNCHECKED override {
    return sync_ == LogSync::Always || file_.may_wait();
  }
  std::string describe() const override { return "log"; }
  void report(audit::Report& to) const override;
  /// Opens the path again. After an error the old file is still written to.
  Result<void> reopen() override;

  const LogFigures& figures() const noexcept { return figures_; }
  /// How many calls of process() wait for the next write.
  std::size_t waiting() const noexcept { return commit_.waiting(); }

 private:
  Log(const LogSettings& settings, audit::Counters& counters, SteadyClock clock,
      const WallClock& wall_clock);
  std::vector<LostLines> write(std::string_view lines);
  void sync_behind();
  std::vector<LostLines> commit(std::string_view lines);
  void tell(const std::vector<LostLines>& lost, std::string_view lines,
            std::span<const audit::EventPtr> events);
  void lose_passing(const audit::Event& event, std::string_view why);
  void lose(std::span<const audit::EventPtr> events, std::string_view why);

  const LogFormat format_;
  const LogSync sync_;
  const audit::DeliveryTrace trace_;
  const SteadyClock clock_;
  bool keeps_backups_ = false;  ///< constant after open()
  PluginErrors errors_;
  LogFigures figures_;
  Mutex mutex_;
  LogFile file_ KAUDIT_GUARDED_BY(mutex_);  ///< but for may_wait() and give_up()
  BackupKeeper keeper_;
  RotatingFile rotating_ KAUDIT_GUARDED_BY(mutex_);
  bool shut_down_ KAUDIT_GUARDED_BY(mutex_) = false;
  LogUpkeep upkeep_;
  Background syncer_;
  Rarely sync_told_;  ///< syncer_'s, and shutdown()'s after it
  GroupCommit commit_;
};

}  // namespace kaudit::backends
