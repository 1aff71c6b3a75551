#pragma once

#include <chrono>
#include <cstdint>

namespace kaudit::apiserver::http {

/// How many frames a client may send that are work without being part of a request: settings,
/// pings, priorities, empty data, frames of unknown types. So many at once, and then so many a
/// second. Pure: the time is the caller's.
class Http2FloodGuard {
 public:
  using Clock = std::chrono::steady_clock;

  /// One more has come; false when it was one too many.
  bool allows(Clock::time_point now) noexcept;

  static constexpr std::int64_t kAtOnce = 1'000;
  static constexpr std::int64_t kASecond = 100;

 private:
  std::int64_t left_ = kAtOnce;
  Clock::time_point filled_at_{};  ///< up to when what is left has been reckoned
};

}  // namespace kaudit::apiserver::http
