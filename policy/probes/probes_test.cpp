#include "policy/probes/probes.hpp"

#include <algorithm>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "policy/evaluator.hpp"
#include "policy/policy.hpp"

namespace kaudit::policy {
namespace {

using audit::Level;
using audit::Stage;

TEST(Probes, HaveNamesOfTheirOwnAndBoundsThatCanBeKept) {
  std::set<std::string_view> names;
  std::set<std::string> texts;
  for (const Probe& probe : probes()) {
    SCOPED_TRACE(probe.name);
    EXPECT_TRUE(names.insert(probe.name).second);
    EXPECT_TRUE(texts.insert(probe.text()).second) << probe.text();
    EXPECT_LE(probe.least, probe.most);
    EXPECT_FALSE(probe.why.empty());
    EXPECT_EQ(find_probe(probe.name), &probe);
    EXPECT_EQ(probe.attributes.user == nullptr, probe.who == "nobody");
  }
  EXPECT_GE(probes().size(), 100U);
  EXPECT_EQ(find_probe("no-such-probe"), nullptr);
}

TEST(Probes, StandTogetherByTopic) {
  EXPECT_TRUE(std::ranges::is_sorted(probes(), {}, &Probe::topic));
}

TEST(Probes, AreQuotedWithMethodAndUrl) {
  EXPECT_EQ(find_probe("exec-by-get")->text(),
            "GET /api/v1/namespaces/default/pods/web/exec?command=sh&stdin=true&tty=true by alice");
  EXPECT_EQ(find_probe("namespace-delete")->url, "/api/v1/namespaces/shop");
  EXPECT_EQ(find_probe("health-livez")->attributes.path, "/livez");
}

Policy policy_of(const char* level, std::vector<std::string> omit_stages = {}) {
  Policy policy;
  policy.rules.emplace_back().level = level;
  policy.omit_stages = std::move(omit_stages);
  return policy;
}

TEST(Ask, FindsNoTraceOfAFailedLoginWithoutResponseStarted) {
  const audit::Attributes& login = find_probe("login-failed-list")->attributes;
  const audit::Attributes& read = find_probe("pod-get")->attributes;
  const auto all = compile(policy_of("Metadata"));
  EXPECT_EQ(ask(*all, login).recorded(), Level::Metadata);
  EXPECT_FALSE(ask(*all, login).stages.contains(Stage::ResponseComplete));
  EXPECT_FALSE(ask(*all, read).stages.contains(Stage::ResponseStarted));
  const auto some = compile(policy_of("Metadata", {"ResponseStarted"}));
  EXPECT_EQ(ask(*some, login).recorded(), Level::None);
  EXPECT_EQ(ask(*some, login).decision.level, Level::Metadata);
  EXPECT_EQ(ask(*some, read).recorded(), Level::Metadata);
}

TEST(Ask, SeesAllStagesOfWhatRunsLong) {
  const auto all = compile(policy_of("Metadata"));
  for (const char* name : {"exec-by-get", "secret-watch", "pod-log"}) {
    const ProbeAnswer answer = ask(*all, find_probe(name)->attributes);
    EXPECT_TRUE(answer.stages.contains(Stage::RequestReceived)) << name;
    EXPECT_TRUE(answer.stages.contains(Stage::ResponseStarted)) << name;
    EXPECT_TRUE(answer.stages.contains(Stage::ResponseComplete)) << name;
  }
}

TEST(Ask, RecordsNothingAtLevelNone) {
  const auto none = compile(policy_of("None"));
  for (const Probe& probe : probes()) {
    EXPECT_TRUE(ask(*none, probe.attributes).stages.empty()) << probe.name;
  }
}

}  // namespace
}  // namespace kaudit::policy
