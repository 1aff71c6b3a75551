#pragma once

#include <cstddef>
#include <cstdint>

#include "audit/evaluator.hpp"
#include "audit/level.hpp"

namespace kaudit::cli {

/// How a request ends that does not simply succeed.
enum class Ending : std::uint8_t { Fine, Conflict, NotFound, Forbidden, FailedLogin };

/// One request that is made up: everything else of it follows from these numbers.
struct MadeRequest {
  std::uint64_t id_high = 0, id_low = 0;  ///< the auditID
  std::uint64_t object = 0;               ///< the number of its object
  std::uint64_t resource_version = 0;
  std::int64_t received_us = 0;  ///< since 1970
  std::int64_t ends_us = 0;
  std::uint32_t pattern = 0;
  std::uint32_t actor = 0;
  std::uint32_t ns = 0;
  Ending ending = Ending::Fine;
  audit::Decision decision;
};

}  // namespace kaudit::cli
