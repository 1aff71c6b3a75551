#pragma once

#include <string>

#include "audit/base/result.hpp"

namespace kaudit::cli {

/// The whole of a file, or of stdin for `-`. The error names the file and the system's reason.
Result<std::string> read_input(const std::string& path);

}  // namespace kaudit::cli
