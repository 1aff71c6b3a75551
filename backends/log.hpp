#pragma once

#include <memory>
#include <mutex>
#include <span>
#include <string>

#include "audit/counters.hpp"
#include "audit/sink.hpp"
#include "backends/log_file.hpp"
#include "backends/options.hpp"
#include "backends/plugin_error.hpp"

namespace kaudit::backends {

/// Appends each event as one line to a file or to standard output (spec section 6 "Log", 8.7, 8.8).
///
/// Threads: process() may be called from many at once; each encodes its events by itself, and only
/// the write is made in turn. The lines of one call stand together. Failure: what could not be
/// written is counted under plugin `log` and told; the next call tries again, so the log recovers
/// by itself. The process must ignore SIGPIPE and SIGXFSZ: see ignore_write_signals().
class Log final : public audit::Backend {
 public:
  /// Opens the path, `-` being standard output. The counters must outlive the log.
  static Result<std::unique_ptr<Log>> open(std::string path, LogFormat format,
                                           audit::Counters& counters,
                                           SteadyClock clock = std::chrono::steady_clock::now);

  void shutdown() override;
  bool process(std::span<const audit::EventPtr> events) override;
  bool may_wait() const noexcept override { return file_.may_wait(); }
  std::string describe() const override { return "log"; }

  /// Opens the path anew at once, for SIGHUP. After an error the old file is still written to. Any
  /// thread.
  Result<void> reopen();

 private:
  Log(std::string path, LogFormat format, audit::Counters& counters, SteadyClock clock);
  void append_lines(std::string& out, std::span<const audit::EventPtr> events) const;
  LogFile::Appended write(std::string_view lines);

  const LogFormat format_;
  const SteadyClock clock_;
  PluginErrors errors_;
  std::mutex mutex_;
  LogFile file_;            // guarded by mutex_, but for may_wait()
  bool shut_down_ = false;  // guarded by mutex_
};

/// Makes a closed pipe and a limit on the size of files (RLIMIT_FSIZE) an error of write(2) instead
/// of the process's end. A server calls it first thing in main.
void ignore_write_signals();

}  // namespace kaudit::backends
