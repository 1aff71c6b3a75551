#pragma once

#include <cstdint>

#include "cli/commands.hpp"

namespace kaudit::cli {

/// How a command reports: for people, or for a machine.
enum class ReportFormat : std::uint8_t { Text, Json };

/// Adds `--output text|json`. The format must outlive the application.
void add_format_option(CLI::App& command, ReportFormat& format, const char* help);

}  // namespace kaudit::cli
