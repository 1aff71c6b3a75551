#pragma once

#include "cli/conformance/check_table.hpp"

namespace kaudit::cli {

/// What `kaudit conformance receiver` checks.
const Suite& receiver_suite();

}  // namespace kaudit::cli
