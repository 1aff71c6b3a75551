#include "cli/log/rules/judged_rules.hpp"

#include <utility>

namespace kaudit::cli {
namespace {

JudgedRule judged(std::string name, std::string source, std::string priority,
                  const audit::rules::RulePlace& place, const RuleCondition& condition,
                  RuleJudge& judge) {
  JudgedRule rule;
  rule.name = std::move(name);
  rule.source = std::move(source);
  rule.priority = std::move(priority);
  rule.place = place;
  RuleJudge::Verdict verdict = judge.judge(condition);
  rule.can_fire = verdict.can_fire;
  for (RuleFinding& finding : verdict.findings) {
    finding.file = place.file;
    finding.rule = rule.name;
    if (finding.line == 0) finding.line = place.line;
    rule.findings.push_back(std::move(finding));
  }
  return rule;
}

}  // namespace

std::vector<JudgedRule> judged_rules(const audit::rules::RuleSet& rules,
                                     const RecordedByPolicy* policy) {
  RuleJudge judge(policy);
  std::vector<JudgedRule> all;
  for (const auto& ready : rules.falco()) {
    all.push_back(judged(
        ready.rule.name, "falco", std::string(to_string(ready.rule.priority)), ready.rule.place,
        condition_of(ready.rule.expression, ready.rule.condition_place.line), judge));
  }
  for (const auto& rule : rules.sigma().rules) {
    all.push_back(
        judged(rule.title, "sigma", rule.level, rule.place, condition_of(rule.condition), judge));
  }
  // A correlation fires when one of its rules does.
  for (const auto& correlation : rules.sigma().correlations) {
    JudgedRule rule;
    rule.name = correlation.title;
    rule.source = "sigma";
    rule.priority = correlation.level;
    rule.place = correlation.place;
    rule.can_fire = false;
    for (std::size_t i = 0; i < rules.sigma().rules.size(); ++i) {
      const bool meant = is_meant(correlation, rules.sigma().rules[i]);
      rule.can_fire = rule.can_fire || (meant && all[rules.falco().size() + i].can_fire);
    }
    all.push_back(std::move(rule));
  }
  return all;
}

std::vector<RuleFinding> load_findings(const audit::rules::RuleSet& rules) {
  std::vector<RuleFinding> findings;
  for (const audit::rules::RuleProblem& problem : rules.problems()) {
    RuleFinding finding;
    finding.file = problem.place.file;
    finding.line = problem.place.line;
    finding.rule = problem.rule;
    finding.code = RuleCode::NotLoaded;
    finding.severity = RuleSeverity::Error;
    finding.message = problem.message;
    findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace kaudit::cli
