#pragma once

#include "cli/conformance/check_table.hpp"

namespace kaudit::cli {

/// What `kaudit conformance sender` checks.
const Suite& sender_suite();

}  // namespace kaudit::cli
