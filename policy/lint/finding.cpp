#include "policy/lint/finding.hpp"

#include <charconv>
#include <string_view>

#include "policy/locate.hpp"

namespace kaudit::policy::lint {

int rule_of(const std::string& path) noexcept {
  constexpr std::string_view kRules = "rules[";
  if (!path.starts_with(kRules)) return Finding::kNoRule;
  int rule = Finding::kNoRule;
  std::from_chars(path.data() + kRules.size(), path.data() + path.size(), rule);
  return rule;
}

void Findings::add(Code code, const std::string& path, std::string message, std::string fix) {
  add_at(code, locate(document_, path), path, std::move(message), std::move(fix));
}

void Findings::add_at(Code code, yaml::Position position, const std::string& path,
                      std::string message, std::string fix) {
  findings_.push_back({code, lint_of(code).severity, position, rule_of(path), path,
                       std::move(message), std::move(fix)});
}

}  // namespace kaudit::policy::lint
