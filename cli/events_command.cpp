#include <CLI/CLI.hpp>

#include "cli/commands.hpp"

namespace kaudit::cli {

void add_events_commands(CLI::App& /*app*/, Exit& /*exit*/) {}

}  // namespace kaudit::cli
