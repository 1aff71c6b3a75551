#pragma once

namespace CLI {
class App;
}

namespace kaudit::cli {

/// Exit codes of `kaudit` (docs/contributing.md, "Names to keep").
enum class Exit : int {
  Fine = 0,
  Findings = 1,  ///< something was refused or found
  Usage = 2,     ///< wrong usage, or a file that cannot be read or written
};

/// Each group of subcommands adds itself to the application; the chosen one's callback sets `exit`.
void add_conformance_commands(CLI::App& app, Exit& exit);
void add_events_commands(CLI::App& app, Exit& exit);
void add_object_commands(CLI::App& app, Exit& exit);
void add_policy_commands(CLI::App& app, Exit& exit);
// Commands without a group.
void add_generate_command(CLI::App& app, Exit& exit);
void add_receiver_command(CLI::App& app, Exit& exit);
void add_test_assets_command(CLI::App& app, Exit& exit);

}  // namespace kaudit::cli
