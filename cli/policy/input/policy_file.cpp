#include "cli/policy/input/policy_file.hpp"

#include <utility>

#include "cli/read_input.hpp"
#include "cli/standard_output.hpp"
#include "policy/lint/check.hpp"
#include "policy/lint/embedded.hpp"
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
  if (!report.policy) {
    // One that is inside a ConfigMap, say. Lines are those of the file.
    const auto inside = policy::lint::find_embedded(*text);
    if (inside.size() == 1) {
      std::fprintf(stderr, "kaudit: %s: the policy in line %d\n", path.c_str(),
                   inside.front().position.line);
      report = policy::read_policy(inside.front().text, path);
    }
  }
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
