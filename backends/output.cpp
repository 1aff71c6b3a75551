#include "backends/output.hpp"

#include <algorithm>

namespace kaudit::backends {

std::vector<Loss> losses_of(const Output& output, const audit::Counters& counters) {
  std::vector<Loss> losses;
  if (output.queue != nullptr) {
    losses.push_back({"queue_full", output.queue->lost_full.load()});
    losses.push_back({"queue_shutdown", output.queue->lost_shutdown.load()});
  }
  if (output.truncate != nullptr) {
    losses.push_back({"too_large", output.truncate->discarded.load()});
  }
  if (output.log != nullptr) {
    const auto errors = counters.errors();
    const auto found = errors.find(output.name);
    losses.push_back({"write", found == errors.end() ? 0 : found->second});
  }
  if (output.delivery != nullptr) {
    for (const LossReason reason : DeliveryFigures::kReasons) {
      losses.push_back({text(reason), output.delivery->lost_events(reason)});
    }
  }
  return losses;
}

Account account_of(const Output& output, const audit::Counters& counters) {
  Account account;
  for (const Loss& loss : losses_of(output, counters)) account.lost += loss.events;
  if (output.queue != nullptr) {
    account.pending = output.queue->waiting.load() + output.queue->events_in_flight.load();
  } else {
    account.pending = counters.in_hand();
  }
  const std::uint64_t elsewhere = account.lost + account.pending;
  account.delivered = counters.events() - std::min(counters.events(), elsewhere);
  return account;
}

}  // namespace kaudit::backends
