#pragma once

#include "cli/conformance/check_table.hpp"

namespace kaudit::cli {

const Suite& shipper_suite();

}  // namespace kaudit::cli
