#pragma once

#include <string>
#include <vector>

#include "cli/commands.hpp"

namespace kaudit::cli {

/// Stands in for etcd where a test harness starts one and asks for nothing but its health: serves
/// GET /health, /version, /livez and /readyz at the first of --listen-client-urls until it is ended
/// by a signal. Other flags of etcd mean nothing to it. Nothing is stored.
Exit run_stub_etcd(const std::vector<std::string>& arguments);

}  // namespace kaudit::cli
