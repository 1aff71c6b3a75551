#include "policy/explain.hpp"

#include "policy/evaluator.hpp"
#include "policy/mismatch_text.hpp"

namespace kaudit::policy {

std::string resource_path(const audit::Attributes& request) {
  std::string text(request.resource);
  if (!request.subresource.empty()) text.append("/").append(request.subresource);
  return text;
}

RuleVerdict explain_rule(const Policy& policy, int rule, const audit::Attributes& request) {
  const Rule& asked = policy.rules.at(static_cast<std::size_t>(rule));
  RuleVerdict verdict{rule, first_failure(asked, request), {}, {}};
  if (!verdict.failed) return verdict;
  verdict.reason = mismatch_reason(asked, *verdict.failed, request);
  verdict.hint = mismatch_hint(asked, *verdict.failed, request);
  return verdict;
}

Explanation explain(const Policy& policy, const audit::Attributes& request) {
  Explanation explanation{compile(policy)->evaluate(request), {}};
  for (int rule = 0; rule < static_cast<int>(policy.rules.size()); ++rule) {
    explanation.rules.push_back(explain_rule(policy, rule, request));
    if (!explanation.rules.back().failed) break;
  }
  return explanation;
}

}  // namespace kaudit::policy
