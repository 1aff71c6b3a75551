#include "cli/policy/input/recorded_request.hpp"

#include <string>

#include <gtest/gtest.h>

#include "audit/decoder.hpp"
#include "audit/encoder.hpp"

namespace kaudit::cli {
namespace {

using audit::Level;
using audit::Stage;

audit::Event event(const std::string& stage, const std::string& rest, const std::string& verb) {
  const auto read = audit::decode_event(
      R"({"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"RequestResponse","auditID":"1","stage":")" +
      stage + R"(","requestURI":"/api/v1/namespaces/x/secrets?a=%20","verb":")" + verb +
      R"(","user":{"username":"alice","groups":["devs"]},"requestReceivedTimestamp":"2026-01-02T03:04:05.000000Z","stageTimestamp":"2026-01-02T03:04:05.000000Z")" +
      rest + "}");
  EXPECT_TRUE(read) << (read ? "" : read.error().message);
  return read.value_or(audit::Event{});
}

constexpr const char* kSecret =
    R"(,"objectRef":{"resource":"secrets","namespace":"x","name":"s","apiVersion":"v1"})";

audit::Event created() {
  return event("ResponseComplete",
               std::string(kSecret) + R"(,"responseStatus":{"metadata":{},"code":201},)" +
                   R"("requestObject":{"a":1},"responseObject":{"a":1,"b":2})",
               "create");
}

audit::Decision at(Level level) {
  audit::Decision decision;
  decision.level = level;
  return decision;
}

std::uint64_t bytes_of(const audit::Event& of) {
  std::string line;
  audit::append_event(line, of);
  return line.size();
}

TEST(RecordedRequest, ShowsThePolicyWhatItKnewThen) {
  const auto request = RecordedRequest::begin(created());
  ASSERT_TRUE(request);
  const audit::Attributes view = request->attributes().view();
  EXPECT_EQ(view.name, "");  // a create's name comes from its body
  EXPECT_EQ(view.resource, "secrets");
  EXPECT_EQ(view.ns, "x");
  EXPECT_EQ(view.path, "/api/v1/namespaces/x/secrets");
  ASSERT_NE(view.user, nullptr);
  EXPECT_EQ(view.user->username, "alice");
  const auto got = RecordedRequest::begin(event("ResponseComplete", kSecret, "get"));
  EXPECT_EQ(got->attributes().name, "s");
}

TEST(RecordedRequest, CountsTheBytesThatALevelWouldWrite) {
  const auto request = RecordedRequest::begin(created());
  audit::Event bare = created();
  bare.level = audit::Level::Request;
  bare.response_object = {};
  audit::Decision decision = at(Level::Request);
  decision.omit_stages.insert(Stage::RequestReceived);
  EXPECT_EQ(request->under(decision).bytes, bytes_of(bare));
  bare.level = audit::Level::Metadata;
  bare.request_object = {};
  decision.level = Level::Metadata;
  EXPECT_EQ(request->under(decision).bytes, bytes_of(bare));
  decision.level = Level::RequestResponse;
  EXPECT_EQ(request->under(decision).bytes, bytes_of(created()));
  EXPECT_EQ(request->under(at(Level::None)).events, 0U);
}

TEST(RecordedRequest, EstimatesStagesThatTheLogLeavesOut) {
  const auto request = RecordedRequest::begin(created());
  const Volume with_received = request->under(at(Level::Metadata));
  EXPECT_EQ(with_received.events, 2U);
  EXPECT_GT(with_received.bytes, 0U);
  const auto watch = RecordedRequest::begin(event("ResponseComplete", kSecret, "watch"));
  EXPECT_EQ(watch->under(at(Level::Metadata)).events, 3U);
}

TEST(RecordedRequest, IsFinishedWhenNoStageCanFollow) {
  EXPECT_FALSE(RecordedRequest::begin(event("RequestReceived", kSecret, "get"))->finished());
  EXPECT_TRUE(RecordedRequest::begin(event("Panic", kSecret, "get"))->finished());
  EXPECT_FALSE(RecordedRequest::begin(event("ResponseStarted", kSecret, "watch"))->finished());
  EXPECT_FALSE(RecordedRequest::begin(event("Lunch", kSecret, "get")).has_value());
}

TEST(RecordedRequest, SaysWhenBodiesAreWantedThatTheLogDoesNotHave) {
  audit::Event metadata = event("ResponseComplete", kSecret, "get");
  metadata.level = audit::Level::Metadata;
  const auto request = RecordedRequest::begin(metadata);
  EXPECT_EQ(request->under(at(Level::RequestResponse)).without_bodies, 1U);
  EXPECT_EQ(request->under(at(Level::Metadata)).without_bodies, 0U);
}

}  // namespace
}  // namespace kaudit::cli
