#pragma once

#include <chrono>

namespace kaudit {

/// The farthest that the clock can be moved, in either direction.
inline constexpr std::chrono::nanoseconds kFarthestClock = std::chrono::hours(24 * 365 * 100);

/// How far Timestamp::now(), the one clock by which the programs write and judge times, is from the
/// machine's: for tests of what expires. Moves all of the process, at once; at most by
/// kFarthestClock. What measures durations (timeouts, watches) has steady clocks and is not moved.
/// Any thread.
void move_clock(std::chrono::nanoseconds from_machine) noexcept;
std::chrono::nanoseconds moved_clock() noexcept;

}  // namespace kaudit
