#include <gtest/gtest.h>

#include "audit/rules/detection_rules.hpp"
#include "audit/rules/rule_engine.hpp"

namespace kaudit::audit::rules {
namespace {

constexpr std::string_view kEvent =
    R"({"auditID":"1","stage":"ResponseComplete","verb":"create","user":{"username":"alice"},)"
    R"("objectRef":{"resource":"pods","namespace":"x","name":"web"},)"
    R"("stageTimestamp":"2026-11-29T06:43:58.123456Z"})";

RuleSet rules_of(std::initializer_list<std::string_view> files) {
  RuleSet rules(search::Quirks::Repaired);
  int number = 0;
  for (const std::string_view file : files) {
    rules.add_file(file, "rules-" + std::to_string(++number) + ".yaml");
  }
  rules.finish();
  return rules;
}

/// `Rule: output` of each alert.
std::vector<std::string> alerts(const RuleSet& rules, std::string_view event = kEvent) {
  std::vector<std::string> found;
  RuleEngine engine(rules);
  EXPECT_TRUE(engine.process(event, [&](RuleAlert& alert) {
    found.push_back(std::string(alert.rule) + ": " + alert.output);
  }));
  return found;
}

std::string problems_of(const RuleSet& rules) {
  std::string text;
  for (const RuleProblem& problem : rules.problems()) text += problem.text() + "\n";
  return text;
}

constexpr std::string_view kBase = R"(
- required_engine_version: 15
- required_plugin_versions:
    - name: k8saudit
      version: 0.18.0
      alternatives: [{name: k8saudit-eks, version: 0.12.0}]
- list: writers
  items: [create]
- list: verbs
  items: [writers, "delete"]
- macro: writes
  condition: (ka.verb in (verbs))
- rule: Written
  desc: d
  condition: writes and ka.target.resource = pods
  output: "%ka.user.name wrote %ka.target.name"
  priority: WARNING
  source: k8s_audit
  tags: [k8s]
)";

TEST(FalcoRules, ListsMacrosAndRulesWorkTogether) {
  const RuleSet rules = rules_of({kBase});
  EXPECT_EQ(problems_of(rules), "");
  EXPECT_EQ(alerts(rules), std::vector<std::string>{"Written: alice wrote web"});
  EXPECT_EQ(rules.falco().front().rule.priority, Priority::Warning);
}

TEST(FalcoRules, LaterFilesAppendAndOverride) {
  const RuleSet appended = rules_of({kBase, R"(
- rule: Written
  append: true
  condition: and ka.user.name = bob
)"});
  EXPECT_EQ(problems_of(appended), "");
  EXPECT_TRUE(alerts(appended).empty());
  const RuleSet overridden = rules_of({kBase, R"(
- list: verbs
  items: [get]
  override: {items: replace}
- rule: Written
  output: never
  priority: ERROR
  override: {output: replace, priority: replace}
)"});
  EXPECT_EQ(problems_of(overridden), "");
  EXPECT_TRUE(alerts(overridden).empty());
  EXPECT_EQ(overridden.falco().front().rule.priority, Priority::Error);
  const RuleSet more =
      rules_of({kBase, "- macro: writes\n  condition: or ka.verb = get\n  append: true\n"});
  EXPECT_EQ(problems_of(more), "");
  EXPECT_EQ(alerts(more, R"({"auditID":"1","verb":"get","objectRef":{"resource":"pods"}})").size(),
            1U);
  EXPECT_TRUE(rules_of({kBase, "- rule: Written\n  enabled: false\n"}).falco().empty());
}

TEST(FalcoRules, ExceptionsAreTakenOut) {
  const auto with = [](std::string_view exceptions) {
    return rules_of({std::string(kBase) + std::string(exceptions)});
  };
  const RuleSet pairs = with(R"(
  exceptions:
    - name: known
      fields: [ka.user.name, ka.target.name]
      comps: [=, startswith]
      values:
        - [alice, we]
)");
  EXPECT_EQ(problems_of(pairs), "");
  EXPECT_TRUE(alerts(pairs).empty());
  const RuleSet single = with(R"(
  exceptions:
    - name: users
      fields: ka.user.name
      values: [bob, carol]
)");
  EXPECT_EQ(alerts(single).size(), 1U);
  const RuleSet wrong = with("\n  exceptions: [{name: a, fields: [x, y], values: [[1]]}]\n");
  EXPECT_NE(problems_of(wrong).find("exception \"a\""), std::string::npos);
}

TEST(FalcoRules, ProblemsHavePlaceAndRule) {
  const std::string problems = problems_of(rules_of({R"(
- rule: One
  desc: d
  condition: ka.verb = get and ka.target.nam = x
  output: o
  priority: INFO
  source: k8s_audit
- rule: Two
  desc: d
  condition: nothing and ka.verb = get
  output: "%ka.verbb"
  priority: BAD
- list: l
- macro: m
- required_engine_version: 1.0.0
- rule: Three
  append: true
  condition: and x
)"}));
  for (
      const char* const part :
      {R"(rules-1.yaml:4: rule "One": there is no field "ka.target.nam"; did you mean ka.target.name?)",
       "rules-1.yaml:8: rule \"Two\": there is no priority \"BAD\"", "list \"l\" needs items",
       "macro \"m\" needs a condition", "requires engine version 1.0.0",
       "there is no rule \"Three\" yet"}) {
    EXPECT_NE(problems.find(part), std::string::npos) << part << "\nin\n" << problems;
  }
}

TEST(FalcoRules, MacrosMustBeDefinedBeforeUse) {
  const std::string problems =
      problems_of(rules_of({"- macro: a\n  condition: b\n- macro: b\n  condition: a\n"}));
  EXPECT_NE(problems.find("macro \"a\": there is no macro \"b\""), std::string::npos) << problems;
}

TEST(FalcoRules, RulesOfOtherSourcesAreLeftOut) {
  const RuleSet rules = rules_of({R"(
- rule: Shell
  desc: d
  condition: proc.name = sh
  output: o
  priority: INFO
  source: syscall
)"});
  EXPECT_EQ(problems_of(rules), "");
  EXPECT_EQ(rules.skipped().size(), 1U);
  EXPECT_TRUE(rules.falco().empty());
}

}  // namespace
}  // namespace kaudit::audit::rules
