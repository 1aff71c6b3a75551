#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace kaudit {

/// Reads Go's time.ParseDuration syntax (`1h30m`, `-1.5s`, `0`). The error is Go's text, without
/// its quotes' context: `time: invalid duration "abc"`.
Result<std::chrono::nanoseconds> parse_duration(std::string_view text);

/// Writes as Go's Duration.String: `1.234567s`, `7.482µs`, `550ns`, `0s`, `1h0m0s`.
std::string duration_text(std::chrono::nanoseconds duration);

}  // namespace kaudit
