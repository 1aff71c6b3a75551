#pragma once

#include <optional>
#include <string>

#include "base/text/timestamp.hpp"
#include "cli/commands.hpp"

namespace kaudit::cli {

/// In which zone a command shows times.
enum class Zone : std::uint8_t { Utc, Local };

/// Adds `--local`. The zone must outlive the application.
void add_zone_option(CLI::App& command, Zone& zone);

/// RFC 3339 with microseconds: `2026-11-29T06:43:58.123456Z`, or with the local offset. `-` for no
/// time.
std::string time_text(const std::optional<Timestamp>& time, Zone zone = Zone::Utc);

}  // namespace kaudit::cli
