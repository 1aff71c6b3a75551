#include "base/text/timestamp.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>

#include "base/text/moved_clock.hpp"

namespace kaudit {
namespace {

constexpr std::int64_t kPerSecond = 1'000'000'000;

std::atomic<std::int64_t>& moved_by() noexcept {
  static std::atomic<std::int64_t> moved{0};
  return moved;
}

}  // namespace

Timestamp Timestamp::now() noexcept {
  using std::chrono::nanoseconds;
  const std::int64_t since_epoch =
      nanoseconds(std::chrono::system_clock::now().time_since_epoch()).count() +
      moved_by().load(std::memory_order_relaxed);
  std::int64_t seconds = since_epoch / kPerSecond;
  std::int64_t rest = since_epoch % kPerSecond;
  if (rest < 0) {
    seconds -= 1;
    rest += kPerSecond;
  }
  return {seconds, static_cast<std::uint32_t>(rest)};
}

void move_clock(std::chrono::nanoseconds from_machine) noexcept {
  moved_by().store(std::clamp(from_machine, -kFarthestClock, kFarthestClock).count(),
                   std::memory_order_relaxed);
}

std::chrono::nanoseconds moved_clock() noexcept {
  return std::chrono::nanoseconds(moved_by().load(std::memory_order_relaxed));
}

}  // namespace kaudit
