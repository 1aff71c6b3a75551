#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "cli/policy/replay.hpp"

namespace kaudit::cli {

// Figures for people.

std::string grouped(std::uint64_t number);  ///< `1,234,567`
/// `1 request`, `1,234 requests`
std::string counted(std::uint64_t number, const std::string& noun);
std::string signed_grouped(std::int64_t number);  ///< `+1,234`, `-5`, `0`
std::string byte_text(std::uint64_t bytes);       ///< `812 B`, `31.2 MB` (powers of 1,000)
std::string signed_byte_text(std::int64_t bytes);
/// What a log's figure comes to in a day; `-` when the log is too short to say.
std::string per_day(std::uint64_t bytes, const std::optional<double>& days);

/// `20,000 requests, 40,000 events, 31.2 MB, over 2.1 hours`
std::string describe(const ReplaySummary& summary);

}  // namespace kaudit::cli
