#pragma once

#include <string>
#include <vector>

#include "cli/commands.hpp"

namespace kaudit::cli {

/// `kaudit ARGUMENTS…`: finds the command, runs it, and sees that all of its output was written.
Exit run_kaudit(std::vector<std::string> arguments);

}  // namespace kaudit::cli
