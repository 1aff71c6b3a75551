#pragma once

#include <chrono>
#include <string>

#include "base/result.hpp"

namespace kaudit::cli {

/// Runs `sh -c COMMAND` with its standard output in a file (empty: thrown away), nothing on its
/// standard input and our standard error; returns its exit code. What it leaves running in the
/// background is left alone. Error: it cannot be started, was ended by a signal, or has not ended
/// within `limit`: then it and its children are killed.
Result<int> run_shell(const std::string& command, const std::string& output,
                      std::chrono::seconds limit);

}  // namespace kaudit::cli
