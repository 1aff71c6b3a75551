#pragma once

#include <string>
#include <vector>

#include "cli/commands.hpp"

namespace kaudit::cli {

enum class OutputFormat { Text, Json };
enum class LoadOnly { No, Yes };

struct PolicyCheckOptions {
  std::vector<std::string> files;  ///< `-` is stdin
  LoadOnly load_only = LoadOnly::No;
  OutputFormat output = OutputFormat::Text;
};

/// `kaudit policy check --load-only`: what a server would make of each file, on stdout.
Exit policy_check(const PolicyCheckOptions& options);

}  // namespace kaudit::cli
