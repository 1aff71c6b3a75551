#pragma once

#include <string>
#include <vector>

#include "cli/commands.hpp"
#include "policy/lint/lints.hpp"

namespace kaudit::cli {

enum class OutputFormat { Text, Json, Sarif };
enum class LoadOnly { No, Yes };
/// The least severity that makes `check` fail.
/// Yes: mends what can only have been meant in the files, and shows the rest as a diff.
enum class Fix { No, Yes };
/// Auto: on a terminal, unless NO_COLOR is set.
enum class ColourWhen { Auto, Always, Never };
enum class FailOn { Error, Warning, Info, Never };

struct PolicyCheckOptions {
  std::vector<std::string> files;  ///< `-` is stdin
  LoadOnly load_only = LoadOnly::No;
  OutputFormat output = OutputFormat::Text;
  FailOn fail_on = FailOn::Error;
  /// What is shown; what makes it fail is `fail_on`'s own.
  policy::lint::Severity severity = policy::lint::Severity::Info;
  Fix fix = Fix::No;
  ColourWhen colour = ColourWhen::Auto;
  std::string explain{};  ///< the code whose page is wanted instead; "" for none
  std::string flags{};    ///< the server's flags, or a file that holds them; "" for none
};

/// `kaudit policy check`: what is wrong with each file, on stdout. With LoadOnly: only what a
/// server would make of it, and no Sarif.
Exit policy_check(const PolicyCheckOptions& options);

}  // namespace kaudit::cli
