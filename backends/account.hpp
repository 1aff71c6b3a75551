#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "audit/counters.hpp"
#include "backends/decorators/truncate.hpp"
#include "backends/log/log_figures.hpp"
#include "backends/queue/queue_figures.hpp"
#include "backends/webhook/delivery_figures.hpp"

namespace kaudit::backends {

/// One of the backends of a pipeline, with the figures of its parts; null where it has no such
/// part.
struct Output {
  std::string name;  ///< `log`, `webhook`
  const QueueFigures* queue = nullptr;
  const TruncateFigures* truncate = nullptr;
  const LogFigures* log = nullptr;
  const DeliveryFigures* delivery = nullptr;
};

struct Loss {
  std::string_view reason;  ///< as the label of a metric has it
  std::uint64_t events = 0;
};

/// What an output has lost so far, by every reason it may have. Any thread.
std::vector<Loss> losses_of(const Output& output, const audit::Counters& counters);

/// Where the events are that were made so far. Exact when nothing moves.
struct Account {
  std::uint64_t lost = 0;
  std::uint64_t pending = 0;    ///< waiting or being delivered
  std::uint64_t delivered = 0;  ///< the rest
};
Account account_of(const Output& output, const audit::Counters& counters);

}  // namespace kaudit::backends
