#include "policy/describe.hpp"

namespace kaudit::policy {

std::string describe(const audit::Decision& decision, const Policy& policy) {
  if (decision.rule == audit::Decision::kNoRule) return "no rule matched";
  std::string text = "rule " + std::to_string(decision.rule);
  const int line = policy.rules.at(static_cast<std::size_t>(decision.rule)).position.line;
  if (line == 0) return text;
  const std::string place = policy.source.empty() ? "line " : policy.source + ":";
  return text + " (" + place + std::to_string(line) + ")";
}

}  // namespace kaudit::policy
