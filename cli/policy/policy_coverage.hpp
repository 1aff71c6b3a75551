#pragma once

#include <string>

#include "cli/commands.hpp"
#include "cli/report_format.hpp"

namespace kaudit::cli {

struct PolicyCoverageOptions {
  std::string file;  ///< `-` is stdin
  ReportFormat output = ReportFormat::Text;
};

/// `kaudit policy coverage`: what becomes of each probe under a policy, on stdout.
Exit policy_coverage(const PolicyCoverageOptions& options);

}  // namespace kaudit::cli
