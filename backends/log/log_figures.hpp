#pragma once

#include <atomic>
#include <cstdint>

#include "audit/report.hpp"

namespace kaudit::backends {

/// What a log did apart from writing lines. Counted by several threads, read by any.
struct LogFigures {
  std::atomic<std::uint64_t> rotations{0};
  std::atomic<std::uint64_t> rotation_failures{0};
  std::atomic<std::uint64_t> removed{0};          ///< rotated files past the limits
  std::atomic<std::uint64_t> compressed{0};       ///< rotated files
  std::atomic<std::uint64_t> upkeep_failures{0};  ///< files that could not be removed, compressed
  std::atomic<std::uint64_t> sync_failures{0};

  void report(audit::Report& to) const;
};

}  // namespace kaudit::backends
