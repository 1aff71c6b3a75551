#pragma once

#include "cli/commands.hpp"

namespace kaudit::cli {

// The commands of `kaudit policy`, one a file: each adds itself to the group.
void add_policy_check(CLI::App& policy, Exit& exit);
void add_policy_coverage(CLI::App& policy, Exit& exit);
void add_policy_diff(CLI::App& policy, Exit& exit);
void add_policy_eval(CLI::App& policy, Exit& exit);
void add_policy_explain(CLI::App& policy, Exit& exit);
void add_policy_simulate(CLI::App& policy, Exit& exit);
void add_policy_test(CLI::App& policy, Exit& exit);

}  // namespace kaudit::cli
