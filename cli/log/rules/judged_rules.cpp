#include "cli/log/rules/judged_rules.hpp"

#include <algorithm>
#include <span>
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

/// A correlation can fire when one of its rules can; one that is about several rules at once, when
/// all can. `all` are the Sigma rules, and behind them the correlations.
void judge_correlations(const audit::rules::RuleSet& rules, std::span<JudgedRule> all) {
  const auto& sigma = rules.sigma();
  std::vector<std::vector<bool>> fed;  // whether each of the rules that it names can fire
  for (const auto& correlation : sigma.correlations) fed.emplace_back(correlation.rules.size());
  const auto feed = [&](const std::vector<audit::rules::CorrelationUse>& uses) {
    for (const auto& use : uses) fed[use.correlation][use.position] = true;
  };
  for (std::size_t i = 0; i < sigma.rules.size(); ++i) {
    if (all[i].can_fire) feed(rules.links().of_rules[i]);
  }
  for (const std::size_t c : rules.links().order) {
    const auto& correlation = sigma.correlations[c];
    const bool needs_all = is_temporal(correlation.type) && correlation.conditions.empty();
    const auto yes = [](bool can) { return can; };
    all[sigma.rules.size() + c].can_fire =
        needs_all ? std::ranges::all_of(fed[c], yes) : std::ranges::any_of(fed[c], yes);
    if (all[sigma.rules.size() + c].can_fire) feed(rules.links().of_correlations[c]);
  }
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
  for (const auto& correlation : rules.sigma().correlations) {
    JudgedRule rule;
    rule.name = correlation.title;
    rule.source = "sigma";
    rule.priority = correlation.level;
    rule.place = correlation.place;
    rule.can_fire = false;
    all.push_back(std::move(rule));
  }
  judge_correlations(rules, std::span(all).subspan(rules.falco().size()));
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
