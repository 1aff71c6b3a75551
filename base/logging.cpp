#include "base/logging.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace kaudit {
namespace {

spdlog::level::level_enum level_of(Severity severity) {
  switch (severity) {
    case Severity::Info:
      return spdlog::level::info;
    case Severity::Warning:
      return spdlog::level::warn;
    case Severity::Error:
      break;
  }
  return spdlog::level::err;
}

}  // namespace

void log_to_stderr(const std::string& program) {
  spdlog::set_default_logger(spdlog::stderr_logger_mt(program));
  spdlog::set_pattern("%Y-%m-%dT%H:%M:%S.%f%z %^%l%$ %v");
}

void flush_log() { spdlog::default_logger()->flush(); }

void write_log(Severity severity, fmt::string_view format, fmt::format_args values) {
  // As a string, which spdlog takes as it is: not as a format.
  const std::string line = fmt::vformat(format, values);
  spdlog::default_logger_raw()->log(level_of(severity), spdlog::string_view_t(line));
}

}  // namespace kaudit
