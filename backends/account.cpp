#include "backends/account.hpp"

#include <algorithm>

#include "audit/report.hpp"

namespace kaudit::backends {

std::vector<Account> accounts_of(const audit::Backend& pipeline, std::uint64_t events) {
  std::vector<Account> accounts;
  for (const audit::Report& report : audit::reports_of(pipeline)) {
    const std::uint64_t lost = report.lost_events();
    accounts.push_back({.backend = report.backend,
                        .lost = lost,
                        .pending = report.pending,
                        .delivered = events - std::min(events, lost + report.pending)});
  }
  return accounts;
}

}  // namespace kaudit::backends
