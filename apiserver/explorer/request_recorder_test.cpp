#include "apiserver/explorer/request_recorder.hpp"

#include <string>
#include <thread>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apiserver/loopback/memory_exchange.hpp"

namespace kaudit::apiserver::explorer {
namespace {

using Clock = ChainObserver::Clock;
using std::chrono::milliseconds;

struct RequestRecorderTest : ::testing::Test {
  PolicyInForce policy{"policy.yaml", std::string(PolicyInForce::everything())};
  Recorder recorder{policy};
  boost::asio::io_context io;

  /// A request with two steps and an answer, as the chain would tell of it.
  void go(const std::string& audit_id) {
    http::Request head;
    head.method = "GET";
    head.target = "/version";
    loopback::MemoryExchange exchange(io.get_executor(), head, "");
    RequestScope scope(exchange);
    scope.url.request_uri = "/version";
    scope.info.path = "/version";
    scope.info.verb = "get";
    const Clock::time_point start = Clock::now();
    recorder.entered(scope, "audit_id", start);
    scope.audit_id = audit_id;
    scope.user.edit().username = "alice";
    recorder.entered(scope, "audit", start + milliseconds(1));
    Answer answer = Answer::text(200, "text/plain", "fine");
    answer.made_by = "audit";
    recorder.left(scope, "audit", start + milliseconds(3), &answer);
    recorder.left(scope, "audit_id", start + milliseconds(4), &answer);
  }
};

TEST_F(RequestRecorderTest, PutsTheWayOfARequestTogether) {
  recorder.start();
  go("id");
  recorder.stop();
  const auto record = recorder.ring().find("id");
  ASSERT_TRUE(record);
  ASSERT_TRUE(record->run);
  const ChainRun& run = *record->run;
  EXPECT_EQ(run.user->username, "alice");
  EXPECT_EQ(run.answered_by, "audit");
  EXPECT_EQ(run.code, 200);
  ASSERT_EQ(run.steps.size(), 2U);
  EXPECT_EQ(run.steps[1].entered, milliseconds(1));
  EXPECT_EQ(run.steps[1].left, milliseconds(3));
}

TEST_F(RequestRecorderTest, DropsAndCountsWhatItCannotKeepUpWith) {
  for (std::size_t i = 0; i < Recorder::kMaxNotes + 10; ++i) {
    recorder.made(std::make_shared<audit::Event>());  // nobody takes them out
  }
  EXPECT_EQ(recorder.dropped(), 10U);
}

TEST_F(RequestRecorderTest, HearsOfManyRequestsAtOnce) {
  recorder.start();
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([this, t] {
      for (int i = 0; i < 200; ++i) go(std::to_string(t) + "-" + std::to_string(i));
    });
  }
  for (std::thread& thread : threads) thread.join();
  recorder.stop();
  EXPECT_EQ(recorder.ring().state().requests, 800U);
  EXPECT_EQ(recorder.dropped(), 0U);
}

TEST_F(RequestRecorderTest, HasEverythingCollectedOfABurstAndThenOfSoManyASecond) {
  using Collect = audit::Context::Collect;
  http::Request head;
  loopback::MemoryExchange exchange(io.get_executor(), head, "");
  RequestScope scope(exchange);
  EXPECT_EQ(recorder.wants(scope), Collect::AsDecided);  // nobody looks at it
  recorder.collect_everything();
  const auto collected = [&] {
    std::uint32_t count = 0;
    while (recorder.wants(scope) == Collect::Everything) ++count;
    return count;
  };
  EXPECT_EQ(collected(), Recorder::kWholeBurst);
  scope.started += std::chrono::seconds(2);
  EXPECT_EQ(collected(), 2 * Recorder::kWholeSustained);
}

TEST_F(RequestRecorderTest, KeepsNoEventThatIsTooLarge) {
  auto large = std::make_shared<audit::Event>();
  large->audit_id = "large";
  large->request_object = RawJson::trusted(std::string(Recorder::kMaxWholeBytes, ' '));
  auto small = std::make_shared<audit::Event>();
  small->audit_id = "small";
  recorder.start();
  recorder.collected(large);
  recorder.collected(small);
  recorder.stop();
  EXPECT_FALSE(recorder.ring().find("large"));
  ASSERT_TRUE(recorder.ring().find("small"));
  EXPECT_TRUE(recorder.ring().find("small")->events.empty());
}

TEST_F(RequestRecorderTest, LooksAwayFromWhatComesTooFastForLong) {
  const auto looked_at = [this](Clock::time_point at) {
    std::uint32_t count = 0;
    while (count < 2 * Recorder::kBurst && recorder.looks_at(at)) ++count;
    return count;
  };
  const Clock::time_point began{std::chrono::hours(1)};
  EXPECT_EQ(looked_at(began), 2 * Recorder::kBurst) << "a trace is of every request";
  recorder.look_away();
  EXPECT_EQ(looked_at(began), Recorder::kBurst);
  EXPECT_EQ(recorder.unseen(), 1U);
  EXPECT_EQ(looked_at(began + std::chrono::seconds(1)), Recorder::kSustained);
  EXPECT_EQ(recorder.unseen(), 2U);
  EXPECT_EQ(looked_at(began), 0U) << "a request that began before the latest ones";
  EXPECT_EQ(looked_at(began + std::chrono::hours(1)), Recorder::kBurst);
}

TEST_F(RequestRecorderTest, LooksAwayFromNothingThatOneClientAtWorkSends) {
  recorder.look_away();
  Clock::time_point at{std::chrono::hours(1)};
  // kubectl's own limit: 300 at once, and then 50 a second.
  for (int i = 0; i < 300; ++i) EXPECT_TRUE(recorder.looks_at(at));
  for (int i = 0; i < 50 * 3600; ++i) {
    at += milliseconds(20);
    ASSERT_TRUE(recorder.looks_at(at));
  }
  EXPECT_EQ(recorder.unseen(), 0U);
}

TEST_F(RequestRecorderTest, NotesDeliveriesOfWhatItHasLookedAt) {
  recorder.start();
  auto event = std::make_shared<audit::Event>();
  event->audit_id = "seen";
  auto other = std::make_shared<audit::Event>();
  other->audit_id = "unseen";
  other->unobserved = true;
  const audit::EventPtr events[] = {event, other};
  recorder.made(event);
  recorder.observe(
      {.step = audit::DeliveryStep::Batched, .backend = "log", .events = events, .batch = 1});
  recorder.stop();
  const auto seen = recorder.ring().find("seen");
  ASSERT_TRUE(seen);
  ASSERT_EQ(seen->deliveries.size(), 1U);
  EXPECT_EQ(seen->deliveries[0].batch_size, 2U);
  EXPECT_FALSE(recorder.ring().find("unseen"));
}

TEST(OptionalSinkTest, CopesWithoutABackend) {
  OptionalSink sink(nullptr);
  const audit::EventPtr events[] = {std::make_shared<audit::Event>()};
  EXPECT_TRUE(sink.process(events));
  EXPECT_FALSE(sink.may_wait());
}

}  // namespace
}  // namespace kaudit::apiserver::explorer
