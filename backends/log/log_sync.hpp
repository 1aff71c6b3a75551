#pragma once

#include <cstdint>

namespace kaudit::backends {

/// When lines of the log are on the disk (`--audit-log-sync`, which kube-apiserver does not have).
enum class LogSync : std::uint8_t {
  Never,     ///< when the system sees fit: they outlive the process, not the machine
  Interval,  ///< within about a second
  Always,    ///< before a request goes on
};

}  // namespace kaudit::backends
