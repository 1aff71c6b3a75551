#pragma once

#include <string>

#include "audit/counters.hpp"

namespace kaudit::apiserver {

/// /metrics in Prometheus' text format: the audit counters under kube-apiserver's names (spec section 7), and the
/// process's own CPU time, memory and file descriptors.
std::string metrics_text(const audit::Counters& counters);

}  // namespace kaudit::apiserver
