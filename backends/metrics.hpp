#pragma once

#include <vector>

#include <prometheus/metric_family.h>

#include "audit/report.hpp"

namespace kaudit::backends {

/// What backends report as Prometheus shows it (audit-semantics 7; README.md has
/// the list): each figure with the label `backend`, and what was lost by reason. kube-apiserver's
/// own metrics are a matter of audit::Counters.
std::vector<prometheus::MetricFamily> metrics_of(const std::vector<audit::Report>& reports);

}  // namespace kaudit::backends
