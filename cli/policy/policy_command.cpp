#include "cli/policy/policy_command.hpp"

#include <CLI/CLI.hpp>

namespace kaudit::cli {

void add_policy_commands(CLI::App& app, Exit& exit) {
  CLI::App* policy = app.add_subcommand("policy", "Evaluate and check audit policies");
  policy->require_subcommand(1);
  add_policy_check(*policy, exit);
  add_policy_coverage(*policy, exit);
  add_policy_explain(*policy, exit);
  add_policy_test(*policy, exit);
  add_policy_diff(*policy, exit);
  add_policy_simulate(*policy, exit);
  add_policy_eval(*policy, exit);
}

}  // namespace kaudit::cli
