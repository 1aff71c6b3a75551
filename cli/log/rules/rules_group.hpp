#pragma once

#include "cli/commands.hpp"

namespace kaudit::cli {

// The commands of `kaudit log rules`, one a file.
void add_rules_run(CLI::App& rules, Exit& exit);
void add_rules_check(CLI::App& rules, Exit& exit);
void add_rules_test(CLI::App& rules, Exit& exit);
void add_rules_coverage(CLI::App& rules, Exit& exit);

}  // namespace kaudit::cli
