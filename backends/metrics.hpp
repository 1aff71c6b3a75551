#pragma once

#include <vector>

#include <prometheus/metric_family.h>

#include "audit/counters.hpp"
#include "backends/pipeline.hpp"

namespace kaudit::backends {

/// The figures of a pipeline as Prometheus shows them (audit-semantics 7; README.md
/// has the list). kube-apiserver's own are a matter of audit::Counters; here they only say how many
/// events a log could not write. Any thread, while the pipeline lives.
std::vector<prometheus::MetricFamily> metrics_of(const Pipeline& pipeline,
                                                 const audit::Counters& counters);

}  // namespace kaudit::backends
