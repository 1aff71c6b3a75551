#include <CLI/CLI.hpp>

#include "cli/conformance/conformance_group.hpp"

namespace kaudit::cli {

void add_conformance_commands(CLI::App& app, Exit& exit) {
  CLI::App* conformance = app.add_subcommand(
      "conformance", "Test what others made of audit events: checks with reasons");
  conformance->require_subcommand(1);
  add_conformance_log(*conformance, exit);
  add_conformance_shipper(*conformance, exit);
  add_conformance_receiver(*conformance, exit);
  add_conformance_sender(*conformance, exit);
}

}  // namespace kaudit::cli
