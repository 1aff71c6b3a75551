#pragma once

#include <cstddef>
#include <string>

#include "base/result.hpp"

namespace kaudit::cli {

/// The whole of a file, or of stdin for `-`; of a larger one the first `most` bytes. The error
/// names the file and the system's reason.
Result<std::string> read_input(const std::string& path, std::size_t most = std::string::npos);

}  // namespace kaudit::cli
