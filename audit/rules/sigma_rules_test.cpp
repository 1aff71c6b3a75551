#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>

#include "audit/rules/rule_engine.hpp"
#include "base/testing/vectors.hpp"

namespace kaudit::audit::rules {
namespace {

namespace fs = std::filesystem;

/// Whether a rule with this detection is met by the event.
bool met(const std::string& detection, std::string_view event) {
  RuleSet rules(search::Quirks::Repaired);
  rules.add_file(
      "title: t\nlogsource: {product: kubernetes, service: audit}\nlevel: low\n"
      "detection:\n" +
          detection,
      "rule.yml");
  rules.finish();
  for (const RuleProblem& problem : rules.problems()) ADD_FAILURE() << problem.text();
  bool found = false;
  RuleEngine engine(rules);
  engine.process(event, [&](RuleAlert& alert) {
    EXPECT_EQ(alert.kind, RuleKind::Sigma);
    EXPECT_EQ(alert.output, "t");
    EXPECT_EQ(alert.priority, "low");
    found = true;
  });
  return found;
}

/// A detection with one search of one line.
bool asks(const std::string& line, std::string_view event) {
  return met("  s:\n    " + line + "\n  condition: s\n", event);
}

constexpr std::string_view kSigmaEvent =
    R"({"auditID":"1","verb":"create","user":{"username":"Alice","groups":["dev","ops"]},)"
    R"("sourceIPs":["10.1.2.3"],"responseStatus":{"code":403},)"
    R"("requestURI":"/api/v1/namespaces/x/pods/web/exec?command=%2fbin%2fsh",)"
    R"("annotations":{"authorization.k8s.io/decision":"forbid"},)"
    R"("requestObject":{"spec":{"containers":[{"image":"a:1"},{"image":"b:latest"}]}}})";

TEST(SigmaRules, CompareIgnoringCase) {
  EXPECT_TRUE(asks("user.username: alice", kSigmaEvent));
  EXPECT_FALSE(asks("user.username|cased: alice", kSigmaEvent));
  EXPECT_TRUE(asks("user.username: ['bob', 'ALICE']", kSigmaEvent));
  EXPECT_TRUE(asks("user.groups: ops", kSigmaEvent));
  EXPECT_TRUE(asks("requestObject.spec.containers.image: 'b:*'", kSigmaEvent));
  EXPECT_TRUE(asks("requestObject.spec.containers[].image|endswith: ':LATEST'", kSigmaEvent));
  EXPECT_TRUE(asks("annotations.authorization.k8s.io/decision: forbid", kSigmaEvent));
  EXPECT_FALSE(asks("hostPath: '*'", kSigmaEvent));
}

TEST(SigmaRules, HaveModifiers) {
  EXPECT_TRUE(asks("requestURI|contains: '%2FBIN%2FSH'", kSigmaEvent));
  EXPECT_TRUE(asks("requestURI|contains|all: [pods, exec]", kSigmaEvent));
  EXPECT_FALSE(asks("requestURI|contains|all: [pods, attach]", kSigmaEvent));
  EXPECT_TRUE(asks("requestURI|startswith: /api", kSigmaEvent));
  EXPECT_TRUE(asks("user.username|re: '^A.*e$'", kSigmaEvent));
  EXPECT_FALSE(asks("user.username|re: '^a'", kSigmaEvent));
  EXPECT_TRUE(asks("user.username|re|i: '^a'", kSigmaEvent));
  EXPECT_TRUE(asks("sourceIPs|cidr: 10.0.0.0/8", kSigmaEvent));
  EXPECT_FALSE(asks("sourceIPs|cidr: 192.168.0.0/16", kSigmaEvent));
  EXPECT_TRUE(asks("responseStatus.code: 403", kSigmaEvent));
  EXPECT_TRUE(asks("responseStatus.code|gte: 400", kSigmaEvent));
  EXPECT_FALSE(asks("responseStatus.code|lt: 400", kSigmaEvent));
  EXPECT_TRUE(asks("requestObject|exists: true", kSigmaEvent));
  EXPECT_TRUE(asks("responseObject|exists: false", kSigmaEvent));
  EXPECT_TRUE(asks("impersonatedUser: null", kSigmaEvent));
  EXPECT_FALSE(asks("user: null", kSigmaEvent));
  EXPECT_TRUE(asks("user.username: 'a?ice'", kSigmaEvent));
  EXPECT_FALSE(asks("user.username: 'a\\?ice'", kSigmaEvent));
  EXPECT_TRUE(asks("user.username|neq: bob", kSigmaEvent));
  EXPECT_FALSE(asks("impersonatedUser.username|neq: bob", kSigmaEvent));
  EXPECT_TRUE(asks("user.username|fieldref: user.username", kSigmaEvent));
}

TEST(SigmaRules, HaveConditions) {
  const std::string searches =
      "  sel_a:\n    verb: create\n  sel_b:\n    verb: delete\n  other:\n    - verb: patch\n"
      "    - user.username: alice\n  words: [forbid, nowhere]\n";
  const auto condition = [&](const std::string& text) {
    return met(searches + "  condition: " + text + "\n", kSigmaEvent);
  };
  EXPECT_TRUE(condition("1 of sel_*"));
  EXPECT_FALSE(condition("all of sel_*"));
  EXPECT_TRUE(condition("1 of them"));
  EXPECT_FALSE(condition("all of them"));
  EXPECT_TRUE(condition("sel_a and not sel_b and other"));
  EXPECT_TRUE(condition("(sel_b or other) and words"));
  EXPECT_FALSE(condition("not (sel_a or sel_b)"));
}

std::string problem_of(const std::string& text) {
  RuleSet rules(search::Quirks::Repaired);
  rules.add_file(text, "rule.yml");
  rules.finish();
  return rules.problems().empty() ? "" : rules.problems().front().text();
}

TEST(SigmaRules, SayWhatIsWrong) {
  EXPECT_NE(problem_of("title: t\ndetection:\n  s: {verb|contain: x}\n  condition: s\n")
                .find("line 3: there is no modifier \"contain\"; did you mean contains?"),
            std::string::npos);
  EXPECT_NE(problem_of("title: t\ndetection:\n  sel: {verb: x}\n  condition: sell\n")
                .find("the detection has no \"sell\"; did you mean sel? (character 1"),
            std::string::npos);
  EXPECT_NE(problem_of("title: t\ndetection:\n  s: {verb|re: '('}\n  condition: s\n")
                .find("not a regular expression"),
            std::string::npos);
  EXPECT_NE(problem_of("title: t\ncorrelation: {type: value_sum, rules: [a]}\n")
                .find("correlations of type \"value_sum\" are not known; known are event_count, "
                      "value_count, temporal and temporal_ordered"),
            std::string::npos);
  EXPECT_NE(problem_of("detection: {}\n").find("needs a title"), std::string::npos);
}

TEST(SigmaRules, RulesForOtherLogsAreLeftOut) {
  RuleSet rules(search::Quirks::Repaired);
  rules.add_file("title: t\nlogsource: {product: windows}\ndetection: {s: {a: b}, condition: s}\n",
                 "rule.yml");
  rules.finish();
  EXPECT_TRUE(rules.problems().empty());
  EXPECT_EQ(rules.skipped().size(), 1U);
}

/// All files of Sigma's that are at hand: those made here, and the real ones with KAUDIT_SIGMA.
TEST(SigmaRules, FilesAreRead) {
  std::vector<fs::path> folders{fs::path(KAUDIT_TESTDATA) / "sigma"};
  if (const char* const folder = std::getenv("KAUDIT_SIGMA")) folders.emplace_back(folder);
  for (const fs::path& folder : folders) {
    RuleSet rules(search::Quirks::Repaired);
    std::size_t files = 0;
    for (const auto& entry : fs::directory_iterator(folder)) {
      rules.add_file(testing::read_file(entry.path()), entry.path().filename().string());
      ++files;
    }
    rules.finish();
    EXPECT_GT(files, 3U) << folder;
    EXPECT_GE(rules.sigma().rules.size(), files);
    for (const RuleProblem& problem : rules.problems()) ADD_FAILURE() << problem.text();
  }
}

}  // namespace
}  // namespace kaudit::audit::rules
