#include "backends/log/log.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "audit/encoder.hpp"
#include "base/json/spare_text.hpp"
#include "base/logging.hpp"

namespace kaudit::backends {
namespace {

constexpr std::string_view kPlugin = "log";
constexpr std::string_view kLostInWriting = "write";
constexpr std::uint32_t kAttempt = 1;  // there is no second one
/// Of LogSync::Interval.
constexpr std::chrono::seconds kSyncInterval{1};

}  // namespace

Log::Log(const LogSettings& settings, audit::Counters& counters, SteadyClock clock,
         const WallClock& wall_clock)
    : format_(settings.format),
      sync_(settings.sync),
      trace_(settings.trace),
      clock_(std::move(clock)),
      errors_(std::string(kPlugin), counters, clock_),
      file_(settings.path, settings.sync),
      keeper_(settings.path, settings.rotation, wall_clock),
      rotating_(file_, settings.rotation, wall_clock, keeper_, figures_),
      upkeep_(keeper_, figures_, clock_),
      syncer_(kSyncInterval, [this](const std::stop_token&) { sync_behind(); }),
      commit_([this](std::string_view lines) { return write(lines); }) {}

Result<std::unique_ptr<Log>> Log::open(const LogSettings& settings, audit::Counters& counters,
                                       SteadyClock clock, const WallClock& wall_clock) {
  std::unique_ptr<Log> log(new Log(settings, counters, std::move(clock), wall_clock));
  const Lock lock(log->mutex_);
  if (auto opened = log->file_.open(); !opened) return tl::unexpected(opened.error());
  log->keeps_backups_ = settings.rotation.max_bytes > 0 && log->file_.can_rotate();
  return log;
}

Result<void> Log::start() {
  if (keeps_backups_) upkeep_.start();
  if (sync_ == LogSync::Interval) syncer_.start();
  return {};
}

void Log::write_line(JsonWriter& writer, const audit::Event& event) const {
  switch (format_) {
    case LogFormat::Json:
      return audit::write_event_line(writer, event);
    case LogFormat::Legacy:
      SpareText line;
      audit::append_legacy_line(*line, event);
      return writer.raw(*line);
  }
}

bool Log::process(std::span<const audit::EventPtr> events) try {
  SpareText long_lines;  // of what is too long for the writer
  JsonWriter writer(*long_lines, JsonWriter::AtEnd::Drop);
  for (const audit::EventPtr& event : events) write_line(writer, *event);
  const std::string_view lines = writer.finish();
  const std::vector<LostLines> lost = commit(lines);
  if (lost.empty()) {
    trace_.note(audit::DeliveryStep::Acknowledged, events, kAttempt);
  } else {
    tell(lost, lines, events);
  }
  return lost.empty();
} catch (const std::exception& error) {  // no memory for the lines, or to wait
  lose(events, error.what());
  return false;
}

bool Log::process_passing(const audit::Event& event) try {
  SpareText long_line;
  JsonWriter writer(*long_line, JsonWriter::AtEnd::Drop);
  write_line(writer, event);
  const std::vector<LostLines> lost = commit(writer.finish());
  if (!lost.empty()) lose_passing(event, lost.front().error.message);
  return lost.empty();
} catch (const std::exception& error) {  // no memory for the line, or to wait
  lose_passing(event, error.what());
  return false;
}

bool Log::deliver_lines(std::string_view lines) try {
  const std::vector<LostLines> lost = commit(lines);
  for (const LostLines& stretch : lost) {
    errors_.failed_lines(lines.substr(stretch.begin, stretch.end - stretch.begin),
                         stretch.error.message);
  }
  return lost.empty();
} catch (const std::exception& error) {  // no memory to wait
  errors_.failed_lines(lines, error.what());
  return false;
}

std::vector<LostLines> Log::commit(std::string_view lines) {
  std::vector<LostLines> lost = commit_.commit(lines);
  if (lost.empty()) errors_.succeeded();
  return lost;
}

void Log::lose_passing(const audit::Event& event, std::string_view why) {
  const audit::EventPtr named = std::make_shared<const audit::Event>(event);
  lose({&named, 1}, why);
}

void Log::lose(std::span<const audit::EventPtr> events, std::string_view why) {
  trace_.lost(events, kLostInWriting, kAttempt);
  errors_.failed(events, why);
}

/// Line number i is event number i.
void Log::tell(const std::vector<LostLines>& lost, std::string_view lines,
               std::span<const audit::EventPtr> events) {
  const auto events_in = [lines](std::size_t begin, std::size_t end) {
    const std::string_view stretch = lines.substr(begin, end - begin);
    return static_cast<std::size_t>(std::count(stretch.begin(), stretch.end(), '\n'));
  };
  std::size_t at = 0;
  std::size_t event = 0;
  for (const LostLines& stretch : lost) {
    const std::size_t written = events_in(at, stretch.begin);
    trace_.note(audit::DeliveryStep::Acknowledged, events.subspan(event, written), kAttempt);
    event += written;
    const std::size_t count = events_in(stretch.begin, stretch.end);
    lose(events.subspan(event, count), stretch.error.message);
    event += count;
    at = stretch.end;
  }
  trace_.note(audit::DeliveryStep::Acknowledged, events.subspan(event), kAttempt);
}

void Log::report(audit::Report& to) const {
  to.backend = kPlugin;
  to.lost(kLostInWriting, errors_.events());
  figures_.report(to);
}

std::vector<LostLines> Log::write(std::string_view lines) {
  const Lock lock(mutex_);
  if (shut_down_) return {{0, lines.size(), Error{"audit backend shut down"}}};
  const SteadyTime now = clock_();
  if (auto followed = file_.follow_path(now); !followed) {
    if (file_.removed()) return {{0, lines.size(), followed.error()}};
    log_warning("Audit log goes on in a file that is not {} any more: {}", file_.path(),
                followed.error().message);
  }
  const std::uint64_t rotations = figures_.rotations.load(std::memory_order_relaxed);
  auto lost = rotating_.append(lines, now);
  if (figures_.rotations.load(std::memory_order_relaxed) != rotations) upkeep_.wake();
  if (sync_ != LogSync::Always) return lost;
  if (auto synced = sync_to_disk(file_.take_unsynced()); !synced) {
    figures_.sync_failures.fetch_add(1, std::memory_order_relaxed);
    return {{0, lines.size(), synced.error()}};
  }
  return lost;
}

/// Writes go on at the same time: only what is to be synced is taken under the lock.
void Log::sync_behind() try {
  Unsynced unsynced;
  {
    const Lock lock(mutex_);
    unsynced = file_.take_unsynced();
  }
  const auto synced = sync_to_disk(unsynced);
  if (synced) return;
  figures_.sync_failures.fetch_add(1, std::memory_order_relaxed);
  if (!sync_told_.due(clock_())) return;
  log_error("Lines of the audit log may not outlive the machine: {}", synced.error().message);
} catch (const std::exception& error) {  // no memory
  figures_.sync_failures.fetch_add(1, std::memory_order_relaxed);
  log_error("Lines of the audit log may not outlive the machine: {}", error.what());
}

Result<void> Log::reopen() {
  const Lock lock(mutex_);
  if (shut_down_) return {};
  if (auto opened = file_.open(); !opened) {
    return fail("the audit log could not be opened anew: " + opened.error().message);
  }
  return {};
}

void Log::shutdown() {
  upkeep_.stop();
  syncer_.stop();
  {
    const Lock lock(mutex_);
    shut_down_ = true;
  }
  sync_behind();
  {
    const Lock lock(mutex_);
    file_.close();
  }
  errors_.flush();
}

}  // namespace kaudit::backends
