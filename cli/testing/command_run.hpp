#pragma once

#include <string>
#include <vector>

#include "cli/commands.hpp"

namespace kaudit::cli::testing {

struct CommandRun {
  Exit exit = Exit::Fine;
  std::string out;
  std::string err;
};

/// Runs `kaudit ARGUMENTS…` in this process.
CommandRun run_command(std::vector<std::string> arguments);
/// Runs `kaudit policy ARGUMENTS…` in this process.
CommandRun run_policy_command(std::vector<std::string> arguments);

/// A folder that goes with the object.
class ScratchFolder {
 public:
  ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  ~ScratchFolder();

  /// The path of a file there.
  std::string path(const std::string& name) const { return folder_ + "/" + name; }
  /// Writes a file and gives its path.
  std::string write(const std::string& name, const std::string& text) const;

 private:
  std::string folder_;
};

/// All of a file; "" when there is none.
std::string read_file(const std::string& path);

}  // namespace kaudit::cli::testing
