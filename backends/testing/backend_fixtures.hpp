#pragma once

#include <filesystem>
#include <memory>
#include <sstream>
#include <string>
#include <sys/resource.h>
#include <vector>

#include "audit/delivery_observer.hpp"
#include "audit/event.hpp"
#include "backends/log/rotation.hpp"
#include "backends/plugin_error.hpp"

namespace spdlog {
class logger;
}
#include "base/mutex.hpp"

namespace kaudit::backends::testing {

/// A folder of its own for one test, removed with it.
class TemporaryFolder {
 public:
  TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder();

  std::string path(const std::string& name) const { return (folder_ / name).string(); }

 private:
  std::filesystem::path folder_;
};

/// Catches what goes to spdlog's default logger.
class CapturedLog {
 public:
  CapturedLog();
  CapturedLog(const CapturedLog&) = delete;
  CapturedLog& operator=(const CapturedLog&) = delete;
  ~CapturedLog();

  /// What was logged since the last call, each message as `level: text`.
  std::string take();

 private:
  std::ostringstream text_;
  std::shared_ptr<spdlog::logger> previous_;
};

/// Limits how large files may become, so that a write is taken in part and then refused.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &previous_);
    const rlimit limit{bytes, previous_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;
  ~FileSizeLimit() { ::setrlimit(RLIMIT_FSIZE, &previous_); }

 private:
  rlimit previous_{};
};

/// While it lives the process is not root, for whom permissions do not count; the folder is given
/// to the other user.
class Unprivileged {
 public:
  explicit Unprivileged(const std::string& folder);
  Unprivileged(const Unprivileged&) = delete;
  Unprivileged& operator=(const Unprivileged&) = delete;
  ~Unprivileged();

 private:
  const bool root_;
};

/// A clock that stops until the test moves it on.
struct ManualClock {
  SteadyTime now{std::chrono::hours(1)};
  SteadyClock clock() {
    return [this] { return now; };
  }
};

/// The same for the time of day; it starts at 2026-11-23T10:11:12.345Z.
struct ManualWallClock {
  WallTime now = std::chrono::sys_days(std::chrono::year(2026) / 11 / 23) +
                 std::chrono::milliseconds(36'672'345);
  WallClock clock() {
    return [this] { return now; };
  }
};

/// Remembers every step of every event as `BACKEND STEP AUDIT-ID batch N attempt N REASON`, what
/// is 0 or empty left out.
class StepObserver final : public audit::DeliveryObserver {
 public:
  void observe(const audit::Delivery& delivery) noexcept override;
  std::vector<std::string> steps() const;

 private:
  mutable Mutex mutex_;
  std::vector<std::string> steps_ KAUDIT_GUARDED_BY(mutex_);
};

audit::EventPtr event(const std::string& audit_id);
std::string json_line(const audit::EventPtr& event);
std::string legacy_line(const audit::EventPtr& event);

std::string content_of(const std::string& path);
void write_file(const std::string& path, const std::string& content);
std::string gunzipped(const std::string& path);
/// The names in a folder, in order.
std::vector<std::string> names_in(const std::string& folder);

/// The folders NAME of the test data: the repository's, and that of KAUDIT_VECTORS when it is set.
std::vector<std::filesystem::path> vector_folders(const std::string& name);

}  // namespace kaudit::backends::testing
