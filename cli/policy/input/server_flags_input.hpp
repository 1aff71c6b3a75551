#pragma once

#include <string>

#include "base/result.hpp"
#include "policy/lint/server_flags.hpp"

namespace kaudit::cli {

/// The value of `--flags`: flags as they are, or a file that holds them. Says on stderr when it has
/// none of auditing. Error: there is no such file, or it cannot be read.
Result<policy::lint::ServerFlags> read_server_flags(const std::string& flags);

}  // namespace kaudit::cli
