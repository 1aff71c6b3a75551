#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string_view>

#include "base/mutex.hpp"

namespace kaudit::apiserver::http {

/// Connections that the process could not accept, for lack of descriptors or memory; their clients
/// wait in the system's queue. Each attempt is counted, a burst is logged once (by spdlog's default
/// logger). Any thread.
class AcceptFailures {
 public:
  /// A burst is over when nothing has failed for so long.
  static constexpr std::chrono::seconds kQuiet{10};

  using Clock = std::chrono::steady_clock;
  void failed(std::string_view why, Clock::time_point now = Clock::now());
  std::uint64_t count() const noexcept { return count_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> count_{0};
  Mutex mutex_;
  Clock::time_point quiet_from_ KAUDIT_GUARDED_BY(mutex_){};
};

}  // namespace kaudit::apiserver::http
