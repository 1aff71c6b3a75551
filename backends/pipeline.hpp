#pragma once

#include <memory>
#include <vector>

#include "audit/counters.hpp"
#include "audit/sink.hpp"
#include "backends/account.hpp"
#include "backends/audit_options.hpp"
#include "backends/log/log.hpp"
#include "backends/webhook/delivery_figures.hpp"
#include "base/result.hpp"

namespace kaudit::backends {

/// The backends that options ask for, composed.
struct Pipeline {
  std::unique_ptr<DeliveryFigures> delivery;  ///< filled by the webhook; null without one
  std::unique_ptr<audit::Backend> backend;    ///< null: nothing is recorded
  // Inside `backend`:
  Log* log = nullptr;           ///< for SIGHUP; null without a log
  std::vector<Output> outputs;  ///< in the order in which they get an event
};

/// Composes the pipeline: log, then webhook, each in its mode (spec section 6; the order of
/// decorators is section 8's). Without a policy file nothing is built, and the server's log says
/// so; an unusable log path is an error even then. Options that validate() refuses are one error.
/// The counters must outlive the pipeline.
Result<Pipeline> build_pipeline(const AuditOptions& options, audit::Counters& counters);

}  // namespace kaudit::backends
