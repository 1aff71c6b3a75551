#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>

namespace kaudit::apiserver::explorer {

/// So many at once, and then so many a second: a token bucket. It is one number, the time at which
/// it would be full again, so that asking costs one read where the answer is no. Any thread.
class Allowance {
 public:
  using Clock = std::chrono::steady_clock;

  Allowance(std::uint32_t burst, std::uint32_t per_second)
      : each_(std::chrono::nanoseconds(std::chrono::seconds(1)) / per_second),
        most_((burst - 1) * each_) {}

  /// Whether there is one more at this time; if so, it is taken.
  bool take(Clock::time_point at) noexcept {
    const std::chrono::nanoseconds now = at.time_since_epoch();
    std::int64_t full = full_at_.load(std::memory_order_relaxed);
    for (;;) {
      const auto from = std::max(std::chrono::nanoseconds(full), now);
      if (from - now > most_) return false;
      if (full_at_.compare_exchange_weak(full, (from + each_).count(), std::memory_order_relaxed)) {
        return true;
      }
    }
  }

 private:
  const std::chrono::nanoseconds each_;  ///< until there is another one
  const std::chrono::nanoseconds most_;  ///< that it may be from full, for one more to be there
  std::atomic<std::int64_t> full_at_{0};
};

}  // namespace kaudit::apiserver::explorer
