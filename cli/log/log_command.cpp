#include <CLI/CLI.hpp>

#include "cli/log/log_group.hpp"

namespace kaudit::cli {

void add_log_commands(CLI::App& app, Exit& exit) {
  CLI::App* log = app.add_subcommand("log", "Read audit logs: search, detect, count, explain");
  log->require_subcommand(1);
  add_log_search(*log, exit);
  add_log_rules(*log, exit);
  add_log_top(*log, exit);
  add_log_stats(*log, exit);
  add_log_timeline(*log, exit);
  add_log_who(*log, exit);
  add_log_tail(*log, exit);
  add_log_filter(*log, exit);
  add_log_convert(*log, exit);
  add_log_rbac(*log, exit);
}

}  // namespace kaudit::cli
