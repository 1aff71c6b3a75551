#include "backends/account.hpp"

#include <algorithm>

#include "audit/report.hpp"

namespace kaudit::backends {

std::vector<Account> accounts_of(const audit::Backend& pipeline, const audit::Counters& counters) {
  std::vector<Account> accounts;
  const std::uint64_t events = counters.events();
  // What a request is handing over right now, a backend without a queue may hold for long.
  const std::uint64_t in_hand = counters.in_hand();
  for (const audit::Report& report : audit::reports_of(pipeline)) {
    const std::uint64_t lost = report.lost_events();
    const std::uint64_t pending = report.pending + in_hand;
    accounts.push_back({.backend = report.backend,
                        .lost = lost,
                        .pending = pending,
                        .delivered = events - std::min(events, lost + pending)});
  }
  return accounts;
}

}  // namespace kaudit::backends
