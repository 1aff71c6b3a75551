#pragma once

#include <cstdint>
#include <fmt/core.h>
#include <string>

namespace kaudit {

enum class Severity : std::uint8_t { Info, Warning, Error };

/// Gives the process a log on stderr, each line with its time and severity. Call once, before the
/// first line.
void log_to_stderr(const std::string& program);
/// Returns when what has been logged so far is out of the process.
void flush_log();

/// Writes a line to the process's log, which is spdlog's default logger. Safe from any thread; what
/// cannot be formatted or written is dropped, as spdlog does.
///
/// spdlog's own templates are for its .cpp alone: each unit that calls them makes all of fmt anew,
/// which took three seconds of compiling a unit.
void write_log(Severity severity, fmt::string_view format, fmt::format_args values);

template <typename... Values>
void log_at(Severity severity, fmt::format_string<Values...> format, Values&&... values) {
  write_log(severity, format, fmt::make_format_args(values...));
}
template <typename... Values>
void log_info(fmt::format_string<Values...> format, Values&&... values) {
  write_log(Severity::Info, format, fmt::make_format_args(values...));
}
template <typename... Values>
void log_warning(fmt::format_string<Values...> format, Values&&... values) {
  write_log(Severity::Warning, format, fmt::make_format_args(values...));
}
template <typename... Values>
void log_error(fmt::format_string<Values...> format, Values&&... values) {
  write_log(Severity::Error, format, fmt::make_format_args(values...));
}

}  // namespace kaudit
