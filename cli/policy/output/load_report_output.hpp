#pragma once

#include <string>

#include "policy/loader.hpp"

namespace kaudit::cli {

// What `kaudit policy check --load-only` says of a file.

/// `{file,verdict: ok|warn|refuse,errors,warnings}`, each problem as `{path,line,column,message}`.
void append_json_report(std::string& out, const std::string& file,
                        const policy::LoadReport& report);

/// A line for each problem, and one for the verdict.
void append_text_report(std::string& out, const std::string& file,
                        const policy::LoadReport& report);

}  // namespace kaudit::cli
