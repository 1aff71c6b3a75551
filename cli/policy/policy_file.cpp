#include "cli/policy/policy_file.hpp"

#include <utility>

#include "cli/read_input.hpp"
#include "cli/standard_output.hpp"
#include "policy/lint/check.hpp"
#include "policy/loader.hpp"

namespace kaudit::cli {

LoadedFile load_policy(const std::string& path) {
  const Result<std::string> text =
      read_at_most(path, policy::lint::kMaxBytes, "no policy is that large");
  if (!text) {
    complain(text.error().message);
    return {std::nullopt, Exit::Usage};
  }
  policy::LoadReport report = policy::read_policy(*text, path);
  if (!report.warning.empty()) {
    complain("warning: " + path + ": " + report.warning);
  }
  if (!report.policy) {
    complain("the policy does not load: " + report.refusal + ": from file " + path);
    return {std::nullopt, Exit::Usage};
  }
  return {std::move(report.policy), Exit::Fine};
}

}  // namespace kaudit::cli
