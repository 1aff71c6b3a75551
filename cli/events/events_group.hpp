#pragma once

#include "cli/commands.hpp"

namespace kaudit::cli {

// The commands of `kaudit events`, one a file: each adds itself to the group.
void add_events_encode(CLI::App& events, Exit& exit);
void add_events_explain(CLI::App& events, Exit& exit);

}  // namespace kaudit::cli
