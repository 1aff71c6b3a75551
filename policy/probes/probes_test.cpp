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
  EXPECT_FALSE(ask(*all, login).recording.stages.contains(Stage::ResponseComplete));
  EXPECT_FALSE(ask(*all, read).recording.stages.contains(Stage::ResponseStarted));
  const auto some = compile(policy_of("Metadata", {"ResponseStarted"}));
  EXPECT_EQ(ask(*some, login).recorded(), Level::None);
  EXPECT_EQ(ask(*some, login).decision.level, Level::Metadata);
  EXPECT_EQ(ask(*some, read).recorded(), Level::Metadata);
}

TEST(Ask, SeesAllStagesOfWhatRunsLong) {
  const auto all = compile(policy_of("Metadata"));
  for (const char* name : {"exec-by-get", "secret-watch", "pod-log"}) {
    const ProbeAnswer answer = ask(*all, find_probe(name)->attributes);
    EXPECT_TRUE(answer.recording.stages.contains(Stage::RequestReceived)) << name;
    EXPECT_TRUE(answer.recording.stages.contains(Stage::ResponseStarted)) << name;
    EXPECT_TRUE(answer.recording.stages.contains(Stage::ResponseComplete)) << name;
  }
}

// Bodies and the answer's code are in the last event; the level that earlier ones name is no more
// than a promise.
TEST(Ask, FindsNeitherBodyNorOutcomeWithoutTheLastEvent) {
  const auto early = compile(policy_of("RequestResponse", {"ResponseComplete"}));
  const ProbeAnswer create = ask(*early, find_probe("secret-create")->attributes);
  EXPECT_EQ(create.decision.level, Level::RequestResponse);
  EXPECT_EQ(create.recorded(), Level::Metadata);
  EXPECT_FALSE(create.recording.outcome);
  const ProbeAnswer exec = ask(*early, find_probe("exec-by-get")->attributes);
  EXPECT_TRUE(exec.recording.outcome) << "ResponseStarted holds the code";
  const ProbeAnswer login = ask(*early, find_probe("login-failed-list")->attributes);
  EXPECT_EQ(login.recorded(), Level::RequestResponse) << "its only event is ResponseStarted";
  const auto late = compile(policy_of("RequestResponse", {"RequestReceived"}));
  EXPECT_EQ(ask(*late, find_probe("secret-create")->attributes).recorded(), Level::RequestResponse);
}

TEST(RecordedContent, IsMetadataForWhatHasNoBody) {
  const auto content = [](const char* level, const char* probe) {
    const audit::Attributes& request = find_probe(probe)->attributes;
    return recorded_content(compile(policy_of(level))->evaluate(request), request);
  };
  EXPECT_EQ(content("RequestResponse", "exec-by-get"), Level::Metadata);
  EXPECT_EQ(content("RequestResponse", "secret-watch"), Level::Metadata);
  EXPECT_EQ(content("Request", "secret-get"), Level::Metadata);
  EXPECT_EQ(content("RequestResponse", "secret-get"), Level::RequestResponse);
  EXPECT_EQ(content("Request", "secret-create"), Level::Request);
  EXPECT_EQ(content("None", "secret-create"), Level::None);
}

TEST(Ask, RecordsNothingAtLevelNone) {
  const auto none = compile(policy_of("None"));
  for (const Probe& probe : probes()) {
    EXPECT_TRUE(ask(*none, probe.attributes).recording.stages.empty()) << probe.name;
  }
}

}  // namespace
}  // namespace kaudit::policy
