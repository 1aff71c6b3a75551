#pragma once

#include <string>

#include "cli/commands.hpp"

namespace kaudit::cli {

struct PolicyEvalOptions {
  std::string policy;    ///< file
  std::string requests;  ///< file of JSON lines; `-` is stdin
};

/// `kaudit policy eval`: one JSON line on stdout for each request.
Exit policy_eval(const PolicyEvalOptions& options);

}  // namespace kaudit::cli
