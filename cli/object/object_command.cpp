#include "cli/object/object_command.hpp"

#include <CLI/CLI.hpp>

#include "cli/standard_output.hpp"

namespace kaudit::cli {

void add_object_commands(CLI::App& app, Exit& exit) {
  CLI::App* object =
      app.add_subcommand("object", "Read and change Kubernetes objects as a server does");
  object->require_subcommand(1);
  add_object_apply(*object, exit);
  add_object_patch(*object, exit);
  add_object_convert(*object, exit);
}

Exit end_with(Exit exit, const std::string& message) {
  complain(message);
  return exit;
}

}  // namespace kaudit::cli
