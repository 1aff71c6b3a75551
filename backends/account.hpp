#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "audit/sink.hpp"

namespace kaudit::backends {

/// Where the events are that were made so far. Exact when nothing moves.
struct Account {
  std::string backend;  ///< `log`, `webhook`, …
  std::uint64_t lost = 0;
  std::uint64_t pending = 0;    ///< waiting or being delivered
  std::uint64_t delivered = 0;  ///< the rest
};

/// The accounts of a pipeline's backends, from their reports, after so many events. Any thread.
std::vector<Account> accounts_of(const audit::Backend& pipeline, std::uint64_t events);

}  // namespace kaudit::backends
