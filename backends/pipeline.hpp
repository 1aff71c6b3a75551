#pragma once

#include <memory>

#include "audit/counters.hpp"
#include "audit/delivery_observer.hpp"
#include "audit/sink.hpp"
#include "backends/audit_options.hpp"
#include "base/result.hpp"

namespace kaudit::backends {

/// Composes the backends that are on, in the order of their table, each in its mode
/// (audit-semantics 6.1; the order of decorators is that of 8.1). Null: nothing is recorded;
/// without a policy file nothing is built, and the server's log says so. Options that validate()
/// refuses are one error. The counters and the observer, which may be null, must outlive the
/// backend.
Result<std::unique_ptr<audit::Backend>> build_pipeline(const AuditOptions& options,
                                                       audit::Counters& counters,
                                                       audit::DeliveryObserver* observer = nullptr);

}  // namespace kaudit::backends
