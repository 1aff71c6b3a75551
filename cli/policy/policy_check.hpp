#pragma once

#include <string>
#include <vector>

#include "cli/commands.hpp"

namespace kaudit::cli {

enum class OutputFormat { Text, Json, Sarif };
enum class LoadOnly { No, Yes };
/// The least severity that makes `check` fail.
enum class FailOn { Error, Warning, Info, Never };

struct PolicyCheckOptions {
  std::vector<std::string> files;  ///< `-` is stdin
  LoadOnly load_only = LoadOnly::No;
  OutputFormat output = OutputFormat::Text;
  FailOn fail_on = FailOn::Error;
  std::string flags{};  ///< the server's flags, or a file that holds them; "" for none
};

/// `kaudit policy check`: what is wrong with each file, on stdout. With LoadOnly: only what a
/// server would make of it, and no Sarif.
Exit policy_check(const PolicyCheckOptions& options);

}  // namespace kaudit::cli
