// `kaudit events explain`: stories of requests, the rule behind them, and logs that go on.
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "cli/events/request_story.hpp"
#include "cli/open_requests.hpp"
#include "cli/testing/command_run.hpp"

namespace kaudit::cli {
namespace {

using nlohmann::json;
using testing::CommandRun;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::run_command;

std::string event(const std::string& id, const std::string& stage, const std::string& rest = "") {
  return R"({"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"RequestResponse","auditID":")" +
         id + R"(","stage":")" + stage +
         R"(","requestURI":"/api/v1/namespaces/x/pods","verb":"create","user":{"username":"alice",)"
         R"("groups":["devs"]},"sourceIPs":["10.0.0.1"],"objectRef":{"resource":"pods",)"
         R"("namespace":"x","name":"web","apiVersion":"v1"},)" +
         rest +
         R"("requestReceivedTimestamp":"2026-01-02T03:04:05.000000Z","stageTimestamp":"2026-01-02T03:04:05.012000Z"})" +
         "\n";
}

const std::string kDone = R"("responseStatus":{"metadata":{},"code":201},"requestObject":{"a":1},)"
                          R"("responseObject":{"a":1,"b":2},)";

constexpr const char* kPolicy =
    "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n"
    "- {level: None, verbs: [watch]}\n"
    "# pods, whole:\n# what came of it\n"
    "- {level: RequestResponse, resources: [{group: \"\", resources: [pods]}]}\n";

class EventsExplain : public ::testing::Test {
 protected:
  testing::ScratchFolder folder_;
  std::string policy_ = folder_.write("policy.yaml", kPolicy);
};

TEST_F(EventsExplain, ShowsARequestWithItsEventsAndTheRuleThatMadeThem) {
  const std::string log =
      folder_.write("log", event("1", "RequestReceived") + event("2", "RequestReceived") +
                               event("1", "ResponseComplete", kDone));
  const CommandRun run = run_command({"events", "explain", log, "--policy", policy_});
  EXPECT_EQ(run.exit, Exit::Fine) << run.err;
  EXPECT_EQ(run.out,
            "create /api/v1/namespaces/x/pods\n"
            "  RequestReceived   RequestResponse  -    no bodies\n"
            "  ResponseComplete  RequestResponse  201  requestObject, responseObject\n"
            "  rule 1: pods, whole: what came of it\n"
            "  by alice from 10.0.0.1, 2026-01-02T03:04:05.000000Z, 12 ms\n"
            "create /api/v1/namespaces/x/pods\n"
            "  RequestReceived  RequestResponse  -  no bodies\n"
            "  rule 1: pods, whole: what came of it\n"
            "  by alice from 10.0.0.1, 2026-01-02T03:04:05.000000Z, not finished\n");
}

TEST_F(EventsExplain, WritesOneJsonLineARequest) {
  const std::string log = folder_.write("log", event("1", "ResponseComplete", kDone));
  const json told = json::parse(
      run_command({"events", "explain", log, "--policy", policy_, "--output", "json"}).out);
  EXPECT_EQ(told["auditID"], "1");
  EXPECT_EQ(told["finished"], true);
  EXPECT_EQ(told["microseconds"], 12'000);
  EXPECT_EQ(told["events"][0]["code"], 201);
  EXPECT_EQ(told["events"][0]["requestObjectBytes"], 7);
  EXPECT_EQ(told["decision"]["rule"], 1);
  EXPECT_EQ(told["decision"]["agrees"], true);
  EXPECT_FALSE(json::parse(run_command({"events", "explain", log, "--output", "json"}).out)
                   .contains("decision"));
}

TEST_F(EventsExplain, SaysWhenTheLogIsOfAnotherPolicy) {
  const std::string other = folder_.write(
      "other.yaml", "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- {level: Metadata}\n");
  const std::string log = folder_.write("log", event("1", "ResponseComplete", kDone));
  EXPECT_THAT(run_command({"events", "explain", log, "--policy", other}).out,
              HasSubstr("rule 0 (" + other +
                        ":4) (this policy says Metadata: the log was made with another)"));
}

TEST_F(EventsExplain, ReadsOnPastLinesThatAreNotEvents) {
  const std::string log =
      folder_.write("log", "nonsense\n\n" + event("1", "ResponseComplete", kDone));
  const CommandRun run = run_command({"events", "explain", log});
  EXPECT_EQ(run.exit, Exit::Findings);
  EXPECT_THAT(run.err, HasSubstr(log + ":1: not an event: "));
  EXPECT_THAT(run.out, HasSubstr("create /api"));
  EXPECT_EQ(run_command({"events", "explain", folder_.path("none")}).exit, Exit::Usage);
  const std::string broken = folder_.write("broken", "kind: x\n");
  EXPECT_EQ(run_command({"events", "explain", log, "--policy", broken}).exit, Exit::Usage);
}

TEST(StoryTeller, HoldsABoundedNumberOfRequestsAndOfEvents) {
  std::vector<std::string> told;
  std::uint64_t more = 0;
  StoryTeller teller(nullptr, [&](const RequestStory& story) {
    told.push_back(story.audit_id);
    more += story.more_events;
  });
  for (int i = 0; i < 40; ++i) ASSERT_TRUE(teller.read(event("again", "RequestReceived")));
  for (std::size_t i = 0; i < OpenRequests<RequestStory>::kMost; ++i) {
    ASSERT_TRUE(teller.read(event("r" + std::to_string(i), "RequestReceived")));
  }
  EXPECT_THAT(told, ElementsAre("again")) << "the oldest gives way";
  EXPECT_EQ(more, 40 - RequestStory::kMostEvents);
  teller.finish();
  EXPECT_EQ(told.size(), OpenRequests<RequestStory>::kMost + 1);
}

}  // namespace
}  // namespace kaudit::cli
