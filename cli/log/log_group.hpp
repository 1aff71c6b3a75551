#pragma once

#include "cli/commands.hpp"

namespace kaudit::cli {

// The commands of `kaudit log`, one a file: each adds itself to the group.
void add_log_search(CLI::App& log, Exit& exit);
void add_log_rules(CLI::App& log, Exit& exit);
void add_log_top(CLI::App& log, Exit& exit);
void add_log_stats(CLI::App& log, Exit& exit);
void add_log_timeline(CLI::App& log, Exit& exit);
void add_log_who(CLI::App& log, Exit& exit);
void add_log_tail(CLI::App& log, Exit& exit);
void add_log_filter(CLI::App& log, Exit& exit);
void add_log_convert(CLI::App& log, Exit& exit);
void add_log_rbac(CLI::App& log, Exit& exit);

}  // namespace kaudit::cli
