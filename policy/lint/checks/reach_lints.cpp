#include <string>
#include <vector>

#include "policy/lint/checks/passes.hpp"
#include "policy/lint/checks/reach.hpp"
#include "policy/lint/text.hpp"

namespace kaudit::policy::lint {

void find_unreachable_rules(const Policy& policy, const audit::Evaluator& evaluator,
                            Findings& findings) {
  for (const Unreachable& unreachable : unreachable_rules(policy, evaluator)) {
    std::vector<std::string> takers;
    for (const int taker : unreachable.taken_by) {
      takers.push_back(rule_name(policy, static_cast<std::size_t>(taker)));
    }
    const std::string by = enumerated(takers);
    const bool one = takers.size() == 1;
    findings.add(Code::UnreachableRule, rule_path(unreachable.rule),
                 rule_name(policy, unreachable.rule) + " decides nothing: " + by +
                     (one ? " takes" : " together take") +
                     " every request that it could match, and the first match wins",
                 "put it before " + by + ", or remove it");
  }
}

}  // namespace kaudit::policy::lint
