#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"

namespace kaudit {

/// The files that a log was written to, the oldest first, the one that is written to last. `path`
/// names the latter: of `audit.log` these are `audit-2026-11-23T10-11-12.345.log` (our rotation and
/// kube-apiserver's), `audit.log-20261123` and `audit.log.2`, `audit.log.1` (logrotate), packed or
/// not, in the same folder. The latest itself may be missing. A folder stands for every log in it
/// (`*.log`). Error: there is no such file, or the folder cannot be read.
Result<std::vector<std::string>> rotated_set(const std::string& path);

/// Puts names that belong to one rotated set in its order, whatever order a shell gave them; others
/// stay where they are.
void order_by_rotation(std::vector<std::string>& paths);

}  // namespace kaudit
