#include "backends/log/log_upkeep.hpp"

#include <exception>
#include <utility>

#include "base/logging.hpp"

namespace kaudit::backends {
namespace {

constexpr std::chrono::hours kInterval{1};

}  // namespace

LogUpkeep::LogUpkeep(BackupKeeper& keeper, LogFigures& figures, SteadyClock clock)
    : keeper_(keeper),
      figures_(figures),
      clock_(std::move(clock)),
      thread_(kInterval, [this](const std::stop_token& stop) { tidy(stop); }) {}

void LogUpkeep::tidy(const std::stop_token& stop) try {
  const BackupKeeper::Tidied tidied = keeper_.tidy(stop);
  figures_.removed.fetch_add(tidied.removed, std::memory_order_relaxed);
  figures_.compressed.fetch_add(tidied.compressed, std::memory_order_relaxed);
  figures_.upkeep_failures.fetch_add(tidied.errors.size(), std::memory_order_relaxed);
  if (tidied.errors.empty() || !told_.due(clock_())) return;
  log_error("{} of the audit log's rotated files could not be looked after: {}",
            tidied.errors.size(), tidied.errors.front().message);
} catch (const std::exception& error) {  // no memory
  figures_.upkeep_failures.fetch_add(1, std::memory_order_relaxed);
  log_error("The audit log's rotated files could not be looked after: {}", error.what());
}

}  // namespace kaudit::backends
