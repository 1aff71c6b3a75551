#include <CLI/CLI.hpp>

#include "cli/events/events_group.hpp"

namespace kaudit::cli {

void add_events_commands(CLI::App& app, Exit& exit) {
  CLI::App* events = app.add_subcommand("events", "Work with audit events");
  events->require_subcommand(1);
  add_events_encode(*events, exit);
  add_events_explain(*events, exit);
}

}  // namespace kaudit::cli
