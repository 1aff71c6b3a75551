#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "audit/counters.hpp"
#include "audit/sink.hpp"

namespace kaudit::backends {

/// Where the events are that were made so far. Exact when nothing moves.
struct Account {
  std::string backend;  ///< `log`, `webhook`, …
  std::uint64_t lost = 0;
  std::uint64_t pending = 0;    ///< waiting or being delivered
  std::uint64_t delivered = 0;  ///< the rest
};

/// The accounts of a pipeline's backends, from their reports, after the events that were made. Any
/// thread.
std::vector<Account> accounts_of(const audit::Backend& pipeline, const audit::Counters& counters);

}  // namespace kaudit::backends
