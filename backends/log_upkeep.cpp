#include "backends/log_upkeep.hpp"

#include <exception>
#include <utility>

#include <spdlog/spdlog.h>

namespace kaudit::backends {
namespace {

constexpr std::chrono::hours kInterval{1};

}  // namespace

LogUpkeep::LogUpkeep(BackupKeeper& keeper, LogFigures& figures, SteadyClock clock)
    : keeper_(keeper), figures_(figures), clock_(std::move(clock)) {}

void LogUpkeep::start() {
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void LogUpkeep::wake() {
  {
    const std::lock_guard lock(mutex_);
    wanted_ = true;
  }
  woken_.notify_one();
}

void LogUpkeep::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void LogUpkeep::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    {
      std::unique_lock lock(mutex_);
      woken_.wait_for(lock, stop, kInterval, [this] { return wanted_; });
      wanted_ = false;
    }
    if (stop.stop_requested()) return;
    tidy(stop);
  }
}

void LogUpkeep::tidy(const std::stop_token& stop) try {
  const BackupKeeper::Tidied tidied = keeper_.tidy(stop);
  figures_.removed.fetch_add(tidied.removed, std::memory_order_relaxed);
  figures_.compressed.fetch_add(tidied.compressed, std::memory_order_relaxed);
  figures_.upkeep_failures.fetch_add(tidied.errors.size(), std::memory_order_relaxed);
  if (tidied.errors.empty() || clock_() < quiet_until_) return;
  spdlog::error("{} of the audit log's rotated files could not be looked after: {}",
                tidied.errors.size(), tidied.errors.front().message);
  quiet_until_ = clock_() + PluginErrors::kInterval;
} catch (const std::exception& error) {  // no memory
  figures_.upkeep_failures.fetch_add(1, std::memory_order_relaxed);
  spdlog::error("The audit log's rotated files could not be looked after: {}", error.what());
}

}  // namespace kaudit::backends
