#include <CLI/CLI.hpp>

#include "cli/commands.hpp"

namespace kaudit::cli {

void add_policy_commands(CLI::App& /*app*/, Exit& /*exit*/) {}

}  // namespace kaudit::cli
