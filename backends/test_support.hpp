#pragma once

#include <filesystem>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "audit/event.hpp"
#include "backends/plugin_error.hpp"

namespace spdlog {
class logger;
}

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

/// A clock that stands until it is told to go on.
struct ManualClock {
  SteadyTime now{std::chrono::hours(1)};
  SteadyClock clock() {
    return [this] { return now; };
  }
};

audit::EventPtr event(const std::string& audit_id);
std::string json_line(const audit::EventPtr& event);
std::string legacy_line(const audit::EventPtr& event);

std::string content_of(const std::string& path);
void write_file(const std::string& path, const std::string& content);

/// The folders NAME of the test data: the repository's, and that of KAUDIT_VECTORS when it is set.
std::vector<std::filesystem::path> vector_folders(const std::string& name);

}  // namespace kaudit::backends::testing
