#include "cli/policy/policy_file.hpp"

#include <cstdio>
#include <utility>

#include "cli/read_input.hpp"
#include "policy/lint/embedded.hpp"
#include "policy/loader.hpp"

namespace kaudit::cli {

LoadedFile load_policy(const std::string& path) {
  const Result<std::string> text = read_input(path);
  if (!text) {
    std::fprintf(stderr, "kaudit: %s\n", text.error().message.c_str());
    return {std::nullopt, Exit::Usage};
  }
  policy::LoadReport report = policy::read_policy(*text, path);
  if (!report.policy) {
    // One that stands in a ConfigMap, say. Lines are those of the file.
    const auto inside = policy::lint::find_embedded(*text);
    if (inside.size() == 1) {
      std::fprintf(stderr, "kaudit: %s: the policy in line %d\n", path.c_str(),
                   inside.front().position.line);
      report = policy::read_policy(inside.front().text, path);
    }
  }
  if (!report.warning.empty()) {
    std::fprintf(stderr, "kaudit: warning: %s: %s\n", path.c_str(), report.warning.c_str());
  }
  if (!report.policy) {
    std::fprintf(stderr, "kaudit: the policy does not load: %s: from file %s\n",
                 report.refusal.c_str(), path.c_str());
    return {std::nullopt, Exit::Findings};
  }
  return {std::move(report.policy), Exit::Fine};
}

}  // namespace kaudit::cli
