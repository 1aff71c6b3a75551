#pragma once

#include <cstdint>
#include <string>

#include "audit/delivery_observer.hpp"
#include "backends/log/log_sync.hpp"
#include "backends/log/rotation.hpp"

namespace kaudit::backends {

/// What a line of the log is (`--audit-log-format`).
enum class LogFormat : std::uint8_t { Legacy, Json };

/// What a Log is opened with.
struct LogSettings {
  std::string path;  ///< `-` is standard output
  LogFormat format = LogFormat::Json;
  RotationLimits rotation{};
  LogSync sync = LogSync::Never;
  audit::DeliveryTrace trace{};
};

}  // namespace kaudit::backends
