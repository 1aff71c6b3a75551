#pragma once

#include <memory>

#include "audit/base/result.hpp"
#include "audit/counters.hpp"
#include "audit/sink.hpp"
#include "backends/log.hpp"
#include "backends/options.hpp"

namespace kaudit::backends {

/// The backends that options ask for, composed.
struct Pipeline {
  std::unique_ptr<audit::Backend> backend;  ///< null: nothing is recorded
  Log* log = nullptr;                       ///< inside `backend`, for SIGHUP; null without a log
};

/// Composes the pipeline: log, then webhook, each in its mode (spec section 6; the order of
/// decorators is section 8's). Without a policy file nothing is built, and the server's log says
/// so; an unusable log path is an error even then. Options that validate() or this version refuses
/// are one error. The counters must outlive the pipeline.
Result<Pipeline> build_pipeline(const AuditOptions& options, audit::Counters& counters);

}  // namespace kaudit::backends
