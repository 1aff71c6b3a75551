#pragma once

#include <string>

#include "base/result.hpp"
#include "policy/lint/check.hpp"

namespace kaudit::cli {

/// `kaudit policy check --fix` for one file that holds `bytes`: writes it with its slips mended,
/// and prints what was done and, as a diff, what is left for a person to decide. Returns what the
/// file holds then. Errors: stdin, a file that cannot be written or is not plain UTF-8.
Result<std::string> fix_policy_file(const std::string& name, const std::string& bytes,
                                    const policy::lint::CheckOptions& check);

}  // namespace kaudit::cli
