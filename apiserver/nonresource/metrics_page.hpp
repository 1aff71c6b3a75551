#pragma once

#include <string>
#include <vector>

#include <prometheus/metric_family.h>

#include "audit/counters.hpp"

namespace kaudit::apiserver::nonresource {

/// /metrics in Prometheus' text format: the audit counters under kube-apiserver's names
/// (audit-semantics 7), what the backends count beyond them, and the process's own CPU time and
/// memory.
std::string metrics_text(const audit::Counters& counters,
                         std::vector<prometheus::MetricFamily> of_backends = {});

}  // namespace kaudit::apiserver::nonresource
