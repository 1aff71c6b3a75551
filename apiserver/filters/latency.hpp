#pragma once

#include "apiserver/request_scope.hpp"
#include "audit/context.hpp"
#include "base/text/timestamp.hpp"

namespace kaudit::apiserver::filters {

/// Annotates a request that took longer than 500 ms with how long it and its layers took
/// (`apiserver.latency.k8s.io/total`, …; apiserver pkg/audit/request_log and endpoints/request
/// latency trackers).
void annotate_latencies(audit::Context& context, const RequestScope& scope, Timestamp completed);

}  // namespace kaudit::apiserver::filters
