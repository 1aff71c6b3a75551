#include "backends/log.hpp"

#include <algorithm>
#include <csignal>
#include <exception>
#include <utility>

#include <spdlog/spdlog.h>

#include "audit/encoder.hpp"

namespace kaudit::backends {
namespace {

constexpr std::string_view kPlugin = "log";
/// A thread's buffer is kept for its next event up to this size.
constexpr std::size_t kKeptBuffer = std::size_t{256} * 1024;

}  // namespace

Log::Log(std::string path, LogFormat format, audit::Counters& counters, SteadyClock clock)
    : format_(format),
      clock_(std::move(clock)),
      errors_(std::string(kPlugin), counters, clock_),
      file_(std::move(path)) {}

Result<std::unique_ptr<Log>> Log::open(std::string path, LogFormat format,
                                       audit::Counters& counters, SteadyClock clock) {
  std::unique_ptr<Log> log(new Log(std::move(path), format, counters, std::move(clock)));
  if (auto opened = log->file_.open(); !opened) return tl::unexpected(opened.error());
  return log;
}

void Log::append_lines(std::string& out, std::span<const audit::EventPtr> events) const {
  for (const audit::EventPtr& event : events) {
    switch (format_) {
      case LogFormat::Json:
        audit::append_event(out, *event);
        break;
      case LogFormat::Legacy:
        audit::append_legacy_line(out, *event);
        break;
    }
  }
}

bool Log::process(std::span<const audit::EventPtr> events) try {
  thread_local std::string lines;
  lines.clear();
  append_lines(lines, events);
  const LogFile::Appended appended = write(lines);
  if (appended.error) {
    const auto end = lines.begin() + static_cast<std::ptrdiff_t>(appended.bytes);
    const auto written = static_cast<std::size_t>(std::count(lines.begin(), end, '\n'));
    errors_.failed(events.subspan(written), appended.error->message);
  } else {
    errors_.succeeded();
  }
  if (lines.capacity() > kKeptBuffer) std::string().swap(lines);
  return !appended.error;
} catch (const std::exception& error) {  // no memory for the lines
  errors_.failed(events, error.what());
  return false;
}

LogFile::Appended Log::write(std::string_view lines) {
  const std::lock_guard lock(mutex_);
  if (shut_down_) return {0, Error{"audit backend shut down"}};
  if (auto followed = file_.follow_path(clock_()); !followed) {
    if (file_.removed()) return {0, followed.error()};
    spdlog::warn("Audit log goes on in a file that is not {} any more: {}", file_.path(),
                 followed.error().message);
  }
  return file_.append(lines);
}

Result<void> Log::reopen() {
  const std::lock_guard lock(mutex_);
  if (shut_down_) return {};
  return file_.open();
}

void Log::shutdown() {
  {
    const std::lock_guard lock(mutex_);
    shut_down_ = true;
    file_.close();
  }
  errors_.flush();
}

void ignore_write_signals() {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
}

}  // namespace kaudit::backends
