#pragma once

#include <cstdint>

namespace kaudit {

/// A moment in UTC with nanoseconds, over Go's range (years 1 to 9999 and beyond), which
/// std::chrono's nanoseconds do not span. Default constructed it is Go's zero time, which JSON
/// shows as null. (metav1.MicroTime)
struct Timestamp {
  static constexpr std::int64_t kZeroSeconds = -62135596800;  // 0001-01-01T00:00:00Z

  std::int64_t seconds = kZeroSeconds;  ///< since 1970-01-01T00:00:00Z
  std::uint32_t nanoseconds = 0;        ///< 0 .. 999,999,999

  constexpr bool is_zero() const noexcept { return seconds == kZeroSeconds && nanoseconds == 0; }
  friend constexpr bool operator==(const Timestamp&, const Timestamp&) = default;

  /// The wall clock's time now.
  static Timestamp now() noexcept;
};

}  // namespace kaudit
