// `kaudit`: the audit pipeline's parts as commands for people. Data goes to stdout, everything else
// to stderr.
#include <cstdio>
#include <exception>

#include <CLI/CLI.hpp>

#include "cli/commands.hpp"

int main(int argc, char** argv) {
  using kaudit::cli::Exit;
  CLI::App app{"Kubernetes audit: encode events, evaluate and check policies, read objects",
               "kaudit"};
  app.require_subcommand(1);
  app.set_version_flag("--version", KAUDIT_VERSION);
  Exit exit = Exit::Fine;
  kaudit::cli::add_events_commands(app, exit);
  kaudit::cli::add_object_commands(app, exit);
  kaudit::cli::add_policy_commands(app, exit);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return static_cast<int>(app.exit(error) == 0 ? Exit::Fine : Exit::Usage);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "kaudit: %s\n", error.what());
    return static_cast<int>(Exit::Usage);
  }
  return static_cast<int>(exit);
}
