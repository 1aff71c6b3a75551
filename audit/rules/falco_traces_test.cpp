// Falco's own rules over Falco's own traces.
#include <filesystem>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "audit/rules/rule_engine.hpp"
#include "base/testing/vectors.hpp"

namespace kaudit::audit::rules {
namespace {

namespace fs = std::filesystem;

const fs::path kFolder = fs::path(KAUDIT_TESTDATA) / "falco";

/// {trace: {rule: hits}}, as the file of expected hits has it.
nlohmann::json hits_of_all_traces(search::Quirks quirks) {
  RuleSet rules(quirks);
  rules.add_file(testing::read_file(kFolder / "k8s_audit_rules-0.18.0.yaml"), "rules.yaml");
  rules.finish();
  for (const RuleProblem& problem : rules.problems()) ADD_FAILURE() << problem.text();
  EXPECT_EQ(rules.falco().size(), 48U);
  nlohmann::json all = nlohmann::json::object();
  for (const auto& entry : fs::directory_iterator(kFolder / "traces")) {
    nlohmann::json hits = nlohmann::json::object();
    RuleEngine engine(rules);
    for (const std::string& line : testing::lines_of(testing::read_file(entry.path()))) {
      engine.process(line, [&](RuleAlert& alert) {
        auto& count = hits[std::string(alert.rule)];
        count = count.is_null() ? 1 : count.get<int>() + 1;
      });
    }
    all[entry.path().filename().string()] = hits;
  }
  return all;
}

TEST(FalcoTraces, MeetExactlyTheRulesThatTheyShould) {
  const auto expected = nlohmann::json::parse(testing::read_file(kFolder / "expected-hits.json"));
  EXPECT_EQ(expected.size(), 47U);
  EXPECT_EQ(hits_of_all_traces(search::Quirks::Falco), expected);
}

TEST(FalcoTraces, MeetTheSameRulesWithTheFieldsRepaired) {
  const auto expected = nlohmann::json::parse(testing::read_file(kFolder / "expected-hits.json"));
  EXPECT_EQ(hits_of_all_traces(search::Quirks::Repaired), expected);
}

}  // namespace
}  // namespace kaudit::audit::rules
