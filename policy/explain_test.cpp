#include "policy/explain.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policy/expected_events.hpp"
#include "policy/loader.hpp"
#include "policy/probes/probes.hpp"

namespace kaudit::policy {
namespace {

using audit::Attributes;
using audit::Level;
using audit::Stage;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

Policy policy_of(const std::string& rules) {
  auto report = read_policy("apiVersion: audit.k8s.io/v1\nkind: Policy\n" + rules, "policy.yaml");
  EXPECT_TRUE(report.policy) << report.refusal;
  return report.policy.value_or(Policy{});
}

const audit::UserInfo& alice() {
  static const audit::UserInfo user = [] {
    audit::UserInfo made;
    made.username = "alice";
    made.groups = {"devs", "system:authenticated"};
    return made;
  }();
  return user;
}

Attributes get_pod() {
  Attributes request;
  request.user = &alice();
  request.verb = "get";
  request.resource_request = true;
  request.api_version = "v1";
  request.resource = "pods";
  request.ns = "default";
  request.name = "web";
  request.path = "/api/v1/namespaces/default/pods/web";
  return request;
}

/// What the only rule of a policy makes of a request.
RuleVerdict verdict(const std::string& rule, const Attributes& request) {
  return explain_rule(policy_of("rules:\n- {level: Metadata, " + rule + "}\n"), 0, request);
}

TEST(Explain, NamesTheFirstConditionThatFails) {
  const Attributes request = get_pod();
  EXPECT_EQ(verdict("users: [bob], verbs: [list]", request).failed, Condition::Users);
  EXPECT_EQ(verdict("userGroups: [ops], verbs: [list]", request).failed, Condition::UserGroups);
  EXPECT_EQ(verdict("verbs: [list], namespaces: [x]", request).failed, Condition::Verbs);
  EXPECT_EQ(verdict("namespaces: [x], resources: [{group: apps}]", request).failed,
            Condition::Namespaces);
  EXPECT_EQ(verdict("resources: [{group: apps}]", request).failed, Condition::Resources);
  EXPECT_EQ(verdict("nonResourceURLs: [/x]", request).failed, Condition::NonResourceRequest);
  EXPECT_FALSE(verdict("users: [alice], verbs: [get], namespaces: [default]", request).failed);
}

TEST(Explain, SaysWhatTheRequestHasAndTheRuleNames) {
  EXPECT_EQ(verdict("verbs: [create, update]", get_pod()).reason,
            "verbs [create, update] does not name \"get\"");
  EXPECT_EQ(verdict("users: [a, b, c, d, e, f]", get_pod()).reason,
            "users [a, b, c, d, … 2 more] does not name \"alice\"");
  Attributes health;
  health.user = &alice();
  health.verb = "get";
  health.path = "/healthz/etcd";
  const RuleVerdict verdict_of_path = verdict("nonResourceURLs: [/healthz]", health);
  EXPECT_EQ(verdict_of_path.reason, "nonResourceURLs [/healthz] does not name \"/healthz/etcd\"");
  EXPECT_THAT(verdict_of_path.hint, HasSubstr("that path alone"));
}

TEST(Explain, HintsAtWhatTheAuthorMayHaveMeant) {
  Attributes exec = get_pod();
  exec.subresource = "exec";
  const auto hint = [](const std::string& rule, const Attributes& request) {
    return verdict(rule, request).hint;
  };
  EXPECT_THAT(hint("verbs: [create], resources: [{group: \"\", resources: [pods/exec]}]", exec),
              HasSubstr("by GET"));
  EXPECT_THAT(hint("resources: [{group: \"\", resources: [pods]}]", exec), HasSubstr("pods/exec"));
  EXPECT_THAT(hint("resources: [{group: \"\", resources: [pods/log]}]", get_pod()),
              HasSubstr("name it too"));
  EXPECT_THAT(hint("resources: [{group: core, resources: [pods]}]", get_pod()),
              HasSubstr("written \"\""));
  EXPECT_THAT(hint("resources: [{group: apps, resources: [pods]}]", get_pod()),
              HasSubstr("group: \"\""));
  EXPECT_THAT(hint("resources: [{group: \"\", resources: [\"*/*\"]}]", get_pod()),
              HasSubstr("never matches"));
  EXPECT_THAT(hint("verbs: [\"*\"]", get_pod()), HasSubstr("no wildcard"));
  EXPECT_THAT(hint("verbs: [POST]", get_pod()), HasSubstr("lower case"));
  EXPECT_THAT(hint("namespaces: [\"*\"]", get_pod()), HasSubstr("no wildcard"));
  EXPECT_THAT(hint("users: [\"al*\"]", get_pod()), HasSubstr("no wildcard"));
  EXPECT_THAT(hint("users: [\"system:node:*\"]", get_pod()), IsEmpty());
  Attributes create = get_pod();
  create.verb = "create";
  create.name = "";
  EXPECT_THAT(hint("resources: [{group: \"\", resources: [pods], resourceNames: [web]}]", create),
              HasSubstr("not in the URL"));
}

TEST(Explain, TellsThatNobodyIsKnownWhenALoginFailed) {
  Attributes request = get_pod();
  request.user = nullptr;
  EXPECT_THAT(verdict("userGroups: [\"system:unauthenticated\"]", request).reason,
              HasSubstr("nobody is known"));
}

TEST(Explain, EndsAtTheRuleThatMatchesAndDecidesAsTheServerDoes) {
  const Policy policy = policy_of(
      "rules:\n- {level: None, verbs: [list]}\n- {level: Request}\n- {level: Metadata}\n");
  const Explanation explanation = explain(policy, get_pod());
  ASSERT_THAT(explanation.rules, SizeIs(2));
  EXPECT_FALSE(explanation.rules.back().failed);
  EXPECT_EQ(explanation.decision.rule, 1);
  EXPECT_EQ(explanation.decision.level, Level::Request);
}

TEST(Explain, AgreesWithTheEvaluatorOnEveryProbe) {
  const Policy policy = policy_of(
      "rules:\n- {level: None, users: [\"system:kube-proxy\"]}\n"
      "- {level: Metadata, resources: [{group: \"\", resources: [secrets, \"pods/*\"]}]}\n"
      "- {level: Request, verbs: [create, patch]}\n"
      "- {level: None, nonResourceURLs: [\"/healthz*\", /version]}\n");
  for (const Probe& probe : probes()) {
    const Explanation explanation = explain(policy, probe.attributes);
    const bool matched = !explanation.rules.back().failed;
    EXPECT_EQ(explanation.decision.rule, matched ? explanation.rules.back().rule : -1)
        << probe.name;
    for (const RuleVerdict& rule : explanation.rules) {
      EXPECT_EQ(rule.failed.has_value(), !rule.reason.empty()) << probe.name;
    }
  }
}

audit::Decision at(Level level, std::initializer_list<Stage> omitted = {}) {
  audit::Decision decision;
  decision.level = level;
  decision.rule = 0;
  for (const Stage stage : omitted) decision.omit_stages.insert(stage);
  return decision;
}

TEST(ExpectedEvents, AreTwoForAnOrdinaryRequestAndThreeForAStream) {
  EXPECT_THAT(expected_events(at(Level::Metadata), get_pod()), SizeIs(2));
  Attributes watch = get_pod();
  watch.verb = "watch";
  EXPECT_THAT(expected_events(at(Level::Metadata), watch), SizeIs(3));
  EXPECT_THAT(expected_events(at(Level::None), watch), IsEmpty());
}

TEST(ExpectedEvents, OfAFailedLoginAreResponseStartedAlone) {
  Attributes request = get_pod();
  request.user = nullptr;
  const auto events =
      expected_events(at(Level::RequestResponse, {Stage::ResponseStarted}), request);
  ASSERT_THAT(events, SizeIs(1));
  EXPECT_EQ(events[0].stage, Stage::ResponseStarted);
  EXPECT_TRUE(events[0].omitted);
  EXPECT_EQ(events[0].request_object, "");
  EXPECT_EQ(events[0].response_object, "the Status");
}

TEST(ExpectedEvents, HaveBodiesWhereALevelGivesThem) {
  Attributes create = get_pod();
  create.verb = "create";
  EXPECT_EQ(expected_events(at(Level::Metadata), create).back().request_object, "");
  EXPECT_NE(expected_events(at(Level::Request), create).back().request_object, "");
  EXPECT_EQ(expected_events(at(Level::Request), create).back().response_object, "");
  EXPECT_NE(expected_events(at(Level::RequestResponse), create).back().response_object, "");
  EXPECT_EQ(expected_events(at(Level::RequestResponse), create).front().request_object, "");
  Attributes log = get_pod();
  log.subresource = "log";
  EXPECT_EQ(expected_events(at(Level::RequestResponse), log).back().response_object, "");
}

TEST(SemanticsNotes, ApplyToTheRequestsTheyAreAbout) {
  Attributes exec = get_pod();
  exec.subresource = "exec";
  EXPECT_THAT(semantics_notes(at(Level::Metadata), exec), Contains(HasSubstr("command line")));
  EXPECT_THAT(semantics_notes(at(Level::None), exec),
              testing::Not(Contains(HasSubstr("command line"))));
  Attributes nobody = get_pod();
  nobody.user = nullptr;
  EXPECT_THAT(semantics_notes(at(Level::Metadata), nobody), Contains(HasSubstr("failed login")));
  EXPECT_THAT(semantics_notes(audit::Decision(), get_pod()),
              Contains(HasSubstr("No rule matches")));
}

TEST(SemanticsNotes, SayNothingOfOtherRequests) {
  using ::testing::Not;
  const auto notes = [](Level level, const Attributes& request, ResourceScope scope) {
    return semantics_notes(at(level, {Stage::RequestReceived}), request, scope);
  };
  Attributes secret = get_pod();
  secret.resource = "secrets";
  EXPECT_THAT(notes(Level::Request, secret, ResourceScope::Namespaced),
              Not(Contains(HasSubstr("secrets or live tokens"))))
      << "a get has no body at this level";
  EXPECT_THAT(notes(Level::RequestResponse, secret, ResourceScope::Namespaced),
              Contains(HasSubstr("secrets or live tokens")));
  EXPECT_THAT(notes(Level::Metadata, secret, ResourceScope::Namespaced),
              Not(Contains(HasSubstr("409"))));
  Attributes nodes = get_pod();
  nodes.resource = "nodes";
  nodes.verb = "list";
  nodes.ns = "";
  nodes.name = "";
  EXPECT_THAT(notes(Level::Metadata, nodes, ResourceScope::Cluster),
              Not(Contains(HasSubstr("all namespaces"))));
  EXPECT_THAT(notes(Level::Metadata, nodes, ResourceScope::Namespaced),
              Contains(HasSubstr("all namespaces")));
  Attributes forward = get_pod();
  forward.subresource = "portforward";
  EXPECT_THAT(notes(Level::Metadata, forward, ResourceScope::Namespaced),
              Not(Contains(HasSubstr("command line"))));
  Attributes nobody = get_pod();
  nobody.user = nullptr;
  EXPECT_THAT(notes(Level::Metadata, nobody, ResourceScope::Namespaced),
              Not(Contains(HasSubstr("blocking-strict"))))
      << "a failed login has no RequestReceived anyway";
}

}  // namespace
}  // namespace kaudit::policy
