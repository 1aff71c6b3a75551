#pragma once

#include <string>

#include "cli/commands.hpp"

namespace kaudit::cli {

struct PolicyCoverageOptions {
  std::string file;  ///< `-` is stdin
  enum class Output { Text, Json } output = Output::Text;
};

/// `kaudit policy coverage`: what becomes of each probe under a policy, on stdout.
Exit policy_coverage(const PolicyCoverageOptions& options);

}  // namespace kaudit::cli
