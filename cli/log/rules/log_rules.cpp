#include <CLI/CLI.hpp>

#include "cli/log/log_group.hpp"
#include "cli/log/rules/rules_group.hpp"

namespace kaudit::cli {

void add_log_rules(CLI::App& log, Exit& exit) {
  CLI::App* rules =
      log.add_subcommand("rules", "Run, check and test Falco and Sigma rules, offline");
  rules->require_subcommand(1);
  add_rules_run(*rules, exit);
  add_rules_check(*rules, exit);
  add_rules_test(*rules, exit);
  add_rules_coverage(*rules, exit);
}

}  // namespace kaudit::cli
