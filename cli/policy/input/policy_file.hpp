#pragma once

#include <optional>
#include <string>

#include "cli/commands.hpp"
#include "policy/policy.hpp"

namespace kaudit::cli {

struct LoadedFile {
  std::optional<policy::Policy> policy;
  Exit exit = Exit::Fine;  ///< what the command ends with where there is none: 1 means other things
};

/// Loads a policy for a command that needs one (`-` is stdin), as a server does. What is wrong with
/// it has been said on stderr.
LoadedFile load_policy(const std::string& path);

}  // namespace kaudit::cli
