#include <limits>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apiserver/explorer/explorer_options.hpp"
#include "apiserver/explorer/gate.hpp"
#include "apiserver/explorer/page_files.hpp"
#include "apiserver/explorer/reasons.hpp"
#include "apiserver/explorer/record_json.hpp"
#include "apiserver/explorer/ring.hpp"
#include "apiserver/explorer/trace/trace_text.hpp"
#include "apiserver/explorer/trial.hpp"
#include "apiserver/explorer/workbench.hpp"

namespace kaudit::apiserver::explorer {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr std::string_view kPolicyText = R"(apiVersion: audit.k8s.io/v1
kind: Policy
rules:
- level: None
  users: [bob]
- level: Request
  verbs: [create]
- level: Metadata
)";

audit::EventPtr event_of(std::string audit_id, audit::Stage stage, std::string uri = "/api") {
  auto event = std::make_shared<audit::Event>();
  event->level = audit::Level::Request;
  event->audit_id = std::move(audit_id);
  event->stage = stage;
  event->request_uri = std::move(uri);
  event->verb = "get";
  event->user.edit().username = "alice";
  event->request_object = RawJson::trusted(R"({"a":1})");
  return event;
}

std::shared_ptr<ChainRun> run_of(std::string audit_id, const PolicyInForce& policy,
                                 std::string_view verb = "get") {
  auto run = std::make_shared<ChainRun>();
  run->audit_id = std::move(audit_id);
  run->method = "GET";
  run->target = "/api/v1/pods";
  run->info.is_resource_request = true;
  run->info.verb = verb;
  run->info.resource = "pods";
  run->info.api_version = "v1";
  run->audited = true;
  run->user.edit().username = "alice";
  run->code = 200;
  run->kind = Answer::Kind::Whole;
  run->answered_by = kHandlerStep;
  run->policy = &policy.current();
  using std::chrono::microseconds;
  run->steps = {{"audit_id", microseconds(0), microseconds(100), false},
                {"audit", microseconds(10), microseconds(90), false},
                {kHandlerStep, microseconds(20), microseconds(80), false}};
  return run;
}

TEST(RingTest, PutsTogetherWhatBelongsToOneRequest) {
  const PolicyInForce policy("policy.yaml", std::string(kPolicyText));
  Ring ring;
  const auto received = event_of("id", audit::Stage::RequestReceived);
  ring.add(received);
  EXPECT_FALSE(ring.find(1)->ended());
  ring.add(event_of("id", audit::Stage::ResponseComplete));
  ring.add(run_of("id", policy));
  ring.add(DeliveryNote{audit::DeliveryStep::Acknowledged, "log", {received}, 1, 0, 1, "", {}});
  const auto record = ring.find("id");
  ASSERT_TRUE(record);
  EXPECT_TRUE(record->ended());
  EXPECT_THAT(record->events, SizeIs(2));
  EXPECT_THAT(record->deliveries, SizeIs(1));
  EXPECT_EQ(ring.state().requests, 1U);
}

TEST(RingTest, TakesASecondRequestWithTheSameAuditIdForAnotherOne) {
  Ring ring;
  ring.add(event_of("id", audit::Stage::RequestReceived));
  ring.add(event_of("id", audit::Stage::ResponseComplete));
  ring.add(event_of("id", audit::Stage::RequestReceived));
  EXPECT_EQ(ring.state().requests, 2U);
  EXPECT_EQ(ring.find("id")->number, 2U);
}

TEST(RingTest, ForgetsTheOldestWhenThereAreTooManyAndCountsThem) {
  Ring ring({.requests = 3, .bytes = 1U << 20U, .deliveries = 1});
  for (int i = 0; i < 5; ++i) {
    ring.add(event_of("id" + std::to_string(i), audit::Stage::RequestReceived));
  }
  EXPECT_EQ(ring.state().forgotten, 2U);
  EXPECT_FALSE(ring.find(2));
  EXPECT_FALSE(ring.find("id1"));
  EXPECT_EQ(ring.find("id4")->number, 5U);
}

TEST(RingTest, ForgetsTheOldestWhenTheyHoldTooMuch) {
  Ring ring({.requests = 100, .bytes = 50'000, .deliveries = 1});
  for (int i = 0; i < 20; ++i) {
    ring.add(event_of("id" + std::to_string(i), audit::Stage::RequestReceived,
                      "/" + std::string(10'000, 'x')));
    EXPECT_LE(ring.state().bytes, 50'000U);
  }
  EXPECT_GT(ring.state().forgotten, 10U);
}

TEST(RingTest, KeepsSoManyDeliveriesOfARequestAndCountsTheOthers) {
  Ring ring({.requests = 3, .bytes = 1U << 20U, .deliveries = 2});
  const auto event = event_of("id", audit::Stage::RequestReceived);
  ring.add(event);
  for (int i = 0; i < 5; ++i) {
    ring.add(DeliveryNote{audit::DeliveryStep::Retried, "webhook", {event}, 1, 1, 1, "", {}});
  }
  EXPECT_THAT(ring.find(1)->deliveries, SizeIs(2));
  EXPECT_EQ(ring.find(1)->more_deliveries, 3U);
  EXPECT_THAT(ring.in_batch("webhook", 1, 10), ::testing::ElementsAre(1U));
  EXPECT_THAT(ring.in_batch("webhook", 2, 10), IsEmpty());
}

TEST(RingTest, ShowsWhatChangedSinceAVersion) {
  Ring ring;
  ring.add(event_of("a", audit::Stage::RequestReceived));
  const std::uint64_t version = ring.state().version;
  ring.add(event_of("b", audit::Stage::RequestReceived));
  ring.add(event_of("a", audit::Stage::ResponseComplete));
  std::vector<std::string> changed;
  ring.visit_changed(version,
                     [&](const RequestRecord& record) { changed.push_back(record.audit_id); });
  EXPECT_THAT(changed, ::testing::ElementsAre("a", "b"));
}

TEST(RingTest, ShowsTheLatestOfWhatChangedHoweverMuchDid) {
  Ring ring;
  const auto changed = [&ring](std::uint64_t since, std::size_t limit) {
    std::vector<std::string> ids;
    const Ring::Changes changes = ring.visit_latest_changed(
        since, limit, [&ids](const RequestRecord& record) { ids.push_back(record.audit_id); });
    EXPECT_EQ(changes.version, ring.state().version);
    return std::pair(ids, changes.skipped);
  };
  const audit::EventPtr first = event_of("a", audit::Stage::RequestReceived);
  ring.add(first);
  ring.add(event_of("b", audit::Stage::RequestReceived));
  // More changes than any bound on how many of them are remembered by themselves.
  const DeliveryNote note{audit::DeliveryStep::Retried, "webhook", {first}, 1, 1, 1, "", {}};
  for (int i = 0; i < 40'000; ++i) ring.add(note);
  const std::uint64_t version = ring.state().version;
  EXPECT_THAT(changed(0, 10), ::testing::Pair(::testing::ElementsAre("a", "b"), 0U));
  EXPECT_THAT(changed(2, 10), ::testing::Pair(::testing::ElementsAre("a"), 0U));
  EXPECT_THAT(changed(version - 2, 10), ::testing::Pair(::testing::ElementsAre("a"), 0U));
  ring.add(event_of("c", audit::Stage::RequestReceived));
  ring.add(note);
  EXPECT_THAT(changed(version, 1), ::testing::Pair(::testing::ElementsAre("c"), 1U));
  EXPECT_THAT(changed(version, 10), ::testing::Pair(::testing::ElementsAre("a", "c"), 0U));
  EXPECT_THAT(changed(std::numeric_limits<std::uint64_t>::max(), 10),
              ::testing::Pair(IsEmpty(), 0U));
}

RequestRecord recorded(const PolicyInForce& policy, std::string_view verb = "get") {
  Ring ring;
  ring.add(event_of("id", audit::Stage::RequestReceived));
  ring.add(event_of("id", audit::Stage::ResponseComplete));
  ring.add(run_of("id", policy, verb));
  return *ring.find(1);
}

TEST(TraceText, SaysWhichRuleDecidedAndWhyTheOthersDidNot) {
  const PolicyInForce policy("policy.yaml", std::string(kPolicyText));
  std::string text;
  append_trace(text, recorded(policy), Colour::Off);
  EXPECT_THAT(text, HasSubstr("GET /api/v1/pods  200  0.10 ms\n"));
  EXPECT_THAT(text, HasSubstr("audit_id 0.02 ms > audit 0.02 ms > handler 0.06 ms"));
  EXPECT_THAT(text, HasSubstr("by handler"));
  EXPECT_THAT(text, HasSubstr("Metadata: rule 2 (policy.yaml:8)"));
  EXPECT_THAT(text, HasSubstr("not rule 0: users [bob]"));
  EXPECT_THAT(text, HasSubstr("not rule 1: verbs [create] does not name \"get\""));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

TEST(TraceText, LetsNothingOfAClientReachTheTerminal) {
  const PolicyInForce policy("policy.yaml", std::string(kPolicyText));
  RequestRecord record = recorded(policy);
  auto run = std::make_shared<ChainRun>(*record.run);
  run->target = "/\x1b[2Jx";
  run->user.edit().username = "\x1b]0;owned\x07";
  record.run = run;
  std::string text;
  append_trace(text, record, Colour::Off);
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, Not(HasSubstr("\x07")));
}

TEST(RecordJson, HasTheWayTheReasonsTheEventsAndOtherLevels) {
  const PolicyInForce policy("policy.yaml", std::string(kPolicyText));
  std::string text;
  append_record(text, recorded(policy, "create"));
  const auto json = objects::Json::parse(text);
  ASSERT_TRUE(json) << text;
  EXPECT_THAT(*json->find("steps")->array(), SizeIs(3));
  const objects::Json& decision = *json->find("decision");
  EXPECT_EQ(decision.text("level"), "Request");
  EXPECT_THAT(*decision.find("rules")->array(), SizeIs(2));
  EXPECT_EQ((*decision.find("rules")->array())[0].text("field"), "users");
  EXPECT_THAT(*json->find("events")->array(), SizeIs(2));
  const auto& levels = *json->find("levels")->array();
  ASSERT_THAT(levels, SizeIs(4));
  EXPECT_EQ(levels[0].text("level"), "None");
  EXPECT_THAT(*levels[0].find("stages")->array(), IsEmpty());
  // Known below the level of the recording, and not above it.
  EXPECT_NE((*levels[1].find("stages")->array())[1].find("bytes"), nullptr);
  EXPECT_EQ((*levels[3].find("stages")->array())[1].find("bytes"), nullptr);
}

audit::EventPtr whole_of(const audit::EventPtr& event) {
  auto whole = std::make_shared<audit::Event>(*event);
  whole->level = audit::Level::RequestResponse;
  whole->response_object = RawJson::trusted(R"({"b":2})");
  return whole;
}

TEST(RingTest, PutsWhatWasCollectedBesideWhatWasRecorded) {
  const PolicyInForce policy("policy.yaml", std::string(kPolicyText));
  Ring ring;
  const auto received = event_of("id", audit::Stage::RequestReceived);
  const auto complete = event_of("id", audit::Stage::ResponseComplete);
  ring.add_whole(whole_of(received));
  ring.add(received);
  const std::size_t bytes = ring.state().bytes;
  ring.add_whole(complete);
  ring.add(complete);  // the same event, counted once
  EXPECT_LT(ring.state().bytes - bytes, bytes);
  ring.add(run_of("id", policy));
  // Another request with the same ID, of which nothing is recorded.
  ring.add_whole(whole_of(received));
  EXPECT_EQ(ring.state().requests, 2U);
  EXPECT_THAT(ring.find(1)->whole, SizeIs(2));
  EXPECT_THAT(ring.find(2)->whole, SizeIs(1));
  EXPECT_THAT(ring.find(2)->events, IsEmpty());
}

TEST(RecordJson, HasEveryLevelOfWhatWasCollected) {
  const PolicyInForce policy("policy.yaml", std::string(kPolicyText));
  Ring ring;
  for (const audit::Stage stage : {audit::Stage::RequestReceived, audit::Stage::ResponseComplete}) {
    ring.add_whole(whole_of(event_of("id", stage)));
    ring.add(event_of("id", stage));
  }
  ring.add(run_of("id", policy, "create"));
  const RequestRecord record = *ring.find(1);
  const auto views = at_every_level(record, {.level = audit::Level::Request, .omit_stages = {}});
  ASSERT_THAT(views, SizeIs(4));
  for (const LevelView& view : views) {
    std::string text;
    append_level(text, record, view.level);
    const auto json = objects::Json::parse(text);
    ASSERT_TRUE(json) << text;
    const auto& events = *json->find("events")->array();
    ASSERT_EQ(events.size(), view.stages.size());
    for (std::size_t i = 0; i < events.size(); ++i) {
      const objects::Json& event = *events[i].find("event");
      EXPECT_EQ(event.text("level"), audit::to_string(view.level));
      EXPECT_EQ(event.find("requestObject") != nullptr, view.level >= audit::Level::Request);
      EXPECT_EQ(event.find("responseObject") != nullptr,
                view.level >= audit::Level::RequestResponse);
      EXPECT_EQ(events[i].find("bytes")->number()->text, std::to_string(*view.stages[i].bytes));
    }
  }
  EXPECT_GT(*bytes_under(record, {.level = audit::Level::RequestResponse, .omit_stages = {}}),
            *bytes_under(record, {.level = audit::Level::Request, .omit_stages = {}}));
}

TEST(Workbench, SaysWhichRequestsAPolicyWouldDecideOtherwise) {
  const PolicyInForce policy("policy.yaml", std::string(kPolicyText));
  Ring ring;
  ring.add(event_of("id", audit::Stage::RequestReceived));
  ring.add(run_of("id", policy));
  std::string text;
  append_assessment(text, "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: None\n",
                    ring);
  const auto json = objects::Json::parse(text);
  ASSERT_TRUE(json) << text;
  EXPECT_TRUE(*json->find("loads")->boolean());
  const auto& changes = *json->find("changes")->array();
  ASSERT_THAT(changes, SizeIs(1));
  EXPECT_EQ(changes[0].find("before")->text("level"), "Metadata");
  EXPECT_EQ(changes[0].find("after")->text("level"), "None");
  EXPECT_EQ(json->find("after")->find("bytes")->number()->text, "0");
  EXPECT_NE(json->find("before")->find("bytes")->number()->text, "0");
}

TEST(Workbench, SaysWhyAServerRefusesAPolicy) {
  std::string text;
  append_assessment(text, "rules: []", Ring());
  const auto json = objects::Json::parse(text);
  ASSERT_TRUE(json) << text;
  EXPECT_FALSE(*json->find("loads")->boolean());
  EXPECT_NE(json->text("refusal"), "");
  EXPECT_THAT(*json->find("findings")->array(), Not(IsEmpty()));
}

TEST(PolicyInForceTest, KeepsWhatDecidedBefore) {
  PolicyInForce policy("policy.yaml", std::string(kPolicyText));
  const PolicyVersion& before = policy.current();
  ASSERT_TRUE(policy.replace("new", std::string(PolicyInForce::everything())));
  EXPECT_EQ(policy.evaluate({}).level, audit::Level::RequestResponse);
  EXPECT_EQ(before.evaluator->evaluate({}).level, audit::Level::Metadata);
  EXPECT_EQ(policy.find(1), &before);
  EXPECT_EQ(policy.current().number, 2U);
}

TEST(PolicyInForceTest, StaysWhenTheNextOneDoesNotLoad) {
  PolicyInForce policy("policy.yaml", std::string(kPolicyText));
  EXPECT_FALSE(policy.replace("new", "rules: 7"));
  EXPECT_EQ(policy.current().number, 1U);
}

http::Request request_to(std::string_view host) {
  http::Request request;
  request.method = "GET";
  request.headers.add("Host", host);
  return request;
}

struct GateTest : ::testing::Test {
  Gate gate{{"lab.example.com"}};
  GateTest() { gate.listens_on("127.0.0.1:8090", 8090); }
};

TEST_F(GateTest, KnowsTheNamesOfTheListenerAndThoseThatAreAllowed) {
  for (const char* host : {"127.0.0.1:8090", "localhost:8090", "LOCALHOST:8090", "[::1]:8090",
                           "lab.example.com", "lab.example.com:443"}) {
    EXPECT_FALSE(gate.judge_origin(request_to(host))) << host;
  }
  for (const char* host : {"evil.example.com", "127.0.0.1:8091", "127.0.0.1", "", "localhost"}) {
    EXPECT_TRUE(gate.judge_origin(request_to(host))) << host;
  }
}

TEST_F(GateTest, RefusesOtherOriginsAndSites) {
  auto request = request_to("localhost:8090");
  request.headers.set("Origin", "http://localhost:8090");
  EXPECT_FALSE(gate.judge_origin(request));
  for (const char* origin : {"http://evil.example.com", "null", "http://localhost:8091", ""}) {
    request.headers.set("Origin", origin);
    EXPECT_TRUE(gate.judge_origin(request)) << origin;
  }
  request = request_to("localhost:8090");
  request.headers.set("Sec-Fetch-Site", "cross-site");
  EXPECT_TRUE(gate.judge_origin(request));
  request.headers.set("Sec-Fetch-Mode", "navigate");  // a link to the page
  EXPECT_FALSE(gate.judge_origin(request));
}

TEST_F(GateTest, WantsAnOriginOfWhatABrowserChanges) {
  auto request = request_to("localhost:8090");
  request.method = "POST";
  EXPECT_FALSE(gate.judge_origin(request));  // a program
  request.headers.set("Cookie", "a=b");
  EXPECT_TRUE(gate.judge_origin(request));
}

TEST_F(GateTest, TakesATokenOnceForACookie) {
  const std::string token = gate.token();
  auto request = request_to("localhost:8090");
  EXPECT_FALSE(gate.knows(request));
  request.headers.set("Authorization", "Bearer " + token);
  EXPECT_TRUE(gate.knows(request));
  EXPECT_FALSE(gate.redeem("guess"));
  const auto cookie = gate.redeem(token);
  ASSERT_TRUE(cookie);
  EXPECT_THAT(*cookie, HasSubstr("HttpOnly; SameSite=Strict"));
  EXPECT_FALSE(gate.redeem(token));
  EXPECT_FALSE(gate.knows(request));  // the token has been used
  request.headers.remove("Authorization");
  request.headers.set("Cookie", "x=y; " + cookie->substr(0, cookie->find(';')));
  EXPECT_TRUE(gate.knows(request));
  request.headers.set("Cookie", "kaudit_explorer_8090=guess");
  EXPECT_FALSE(gate.knows(request));
}

TEST(TrialTest, IsReadWithItsUser) {
  const auto trial = read_trial(*objects::Json::parse(
      R"({"method":"GET","path":"/api/v1/pods","user":"jane","groups":["dev"],"asUser":"bob"})"));
  ASSERT_TRUE(trial);
  EXPECT_EQ(trial->user.username, "jane");
  EXPECT_EQ(trial->as_user, "bob");
}

TEST(TrialTest, LetsAWatchEndByItself) {
  const auto trial = read_trial(
      *objects::Json::parse(R"({"method":"GET","path":"/api/v1/pods?watch=1","user":"jane"})"));
  ASSERT_TRUE(trial);
  EXPECT_EQ(trial->target, "/api/v1/pods?watch=1&timeoutSeconds=2");
}

TEST(TrialTest, RefusesWhatCannotBeSentSo) {
  for (const char* text :
       {R"({})", R"({"method":"GET","path":"/a b","user":"u"})",
        R"({"method":"GET","path":"/a","user":""})", R"({"method":"G\nT","path":"/a","user":"u"})",
        R"({"method":"GET","path":"/a\r\nX: y","user":"u"})",
        R"({"method":"GET","path":"/a","user":"u","asUser":"x\r\ny"})",
        R"({"method":"GET","path":"/api/v1/namespaces/n/pods/p/exec","user":"u"})",
        R"({"method":"GET","path":"/api/v1/namespaces/n/pods/p/log?follow=true","user":"u"})"}) {
    EXPECT_FALSE(read_trial(*objects::Json::parse(text))) << text;
  }
}

TEST(ExplorerOptionsTest, ReadWhereToListen) {
  ExplorerOptions options;
  for (const auto& [text, address, port] :
       {std::tuple("127.0.0.1:8090", "127.0.0.1", 8090), std::tuple("[::1]:0", "::1", 0),
        std::tuple("8090", "127.0.0.1", 8090), std::tuple("0.0.0.0:1", "0.0.0.0", 1)}) {
    options.explorer = text;
    EXPECT_THAT(options.validate(), IsEmpty()) << text;
    EXPECT_EQ(options.listener().address, address);
    EXPECT_EQ(options.listener().port, port);
  }
  for (const char* text : {"", "localhost:80", "127.0.0.1", "127.0.0.1:99999", "a:b:c"}) {
    options.explorer = text;
    EXPECT_THAT(options.validate(), SizeIs(1)) << text;
  }
}

TEST(ExplorerOptionsTest, ComplainOfWhatHasNoMeaning) {
  ExplorerOptions options;
  options.allow_apply = true;
  options.allowed_hosts = {"http://x/"};
  options.audit_trace = "xml";
  EXPECT_THAT(options.validate(), SizeIs(4));
}

TEST(PageFiles, AreThere) {
  ASSERT_NE(find_page_file("/"), nullptr);
  EXPECT_THAT(std::string(find_page_file("/")->text), HasSubstr("<!doctype html>"));
  EXPECT_EQ(find_page_file("/../main.cpp"), nullptr);
  EXPECT_THAT(std::string(semantics_text()), HasSubstr("### 1.1 Members"));
}

}  // namespace
}  // namespace kaudit::apiserver::explorer
