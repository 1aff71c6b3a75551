// What an answer and its events have to do with each other: refused events, pieces, deadlines.
#include <chrono>
#include <string>

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "apiserver/testing/test_chain.hpp"

namespace kaudit::apiserver {
namespace {

namespace asio = boost::asio;
using asio::awaitable;
using testing::answers_after_the_deadline;
using testing::FakeExchange;
using testing::HandlerFunction;
using testing::panics;
using testing::says_ok;
using testing::TestChain;

TEST(ChainTest, ARefusedRequestIsCountedAndItsHandlerDoesNotRun) {
  TestChain chain;
  chain.sink.refuse = true;
  asio::io_context io;
  FakeExchange exchange(io, {.method = "GET", .target = "/x?a=<b>&c", .headers = {}, .peer = {}});
  chain.handle(exchange, panics, io);
  EXPECT_EQ(exchange.status, 500);
  EXPECT_EQ(exchange.body,
            "Internal Server Error: \"/x?a=&lt;b&gt;&amp;c\": failed to store audit event\n");
  EXPECT_FALSE(exchange.aborted);
  EXPECT_EQ(chain.counters.rejected(), 1U);
}

awaitable<Answer> answers_whole(RequestScope&) {
  return ready(Answer::text(200, "text/plain", "done"));
}
awaitable<void> writes_pieces(RequestScope& scope) {
  co_await scope.exchange.write("do");
  co_await scope.exchange.write("ne");
}
awaitable<Answer> answers_in_pieces(RequestScope& scope) {
  return ready(Answer::stream(200, {}, writes_pieces(scope)));
}

TEST(ChainTest, WhoHasTheWholeAnswerHasTheLastEventToo) {
  for (const HandlerFunction handler : {answers_whole, answers_in_pieces}) {
    TestChain chain;
    asio::io_context io;
    FakeExchange exchange(io, {.method = "GET", .target = "/x", .headers = {}, .peer = {}});
    chain.sink.on_event = [&exchange](const audit::Event& event) {
      EXPECT_FALSE(exchange.finished) << std::string_view(event.stage);
    };
    chain.handle(exchange, handler, io);
    EXPECT_EQ(chain.sink.events.size(), 2U);
    EXPECT_TRUE(exchange.finished);
    EXPECT_EQ(exchange.status, 200);
    EXPECT_EQ(exchange.body, "done");
  }
}

awaitable<void> waits_until_cancelled(RequestScope& scope) {
  const bool whole = co_await scope.cancellation.sleep_for(std::chrono::hours(1));
  EXPECT_FALSE(whole);
}
awaitable<Answer> heeds_cancellation(RequestScope& scope) {
  co_await waits_until_cancelled(scope);
  co_return Answer();
}
awaitable<Answer> first_byte_then_waits(RequestScope& scope) {
  return ready(Answer::stream(200, {}, waits_until_cancelled(scope)));
}
awaitable<void> writes_too_late(RequestScope& scope) {
  co_await scope.exchange.write("too late");
  scope.audit->annotate("body", "ran");
}
awaitable<Answer> streams_after_the_deadline(RequestScope& scope) {
  co_await waits_until_cancelled(scope);
  co_return Answer::stream(200, {}, writes_too_late(scope));
}

http::Request with_timeout() {
  return {.method = "GET", .target = "/slow?timeout=1ms", .headers = {}, .peer = {}};
}

TEST(ChainTest, The504OfTheDeadlineIsNotInTheEvent) {
  TestChain chain;
  asio::io_context io;
  FakeExchange exchange(io, with_timeout());
  chain.handle(exchange, answers_after_the_deadline, io);
  EXPECT_EQ(exchange.status, 504);
  EXPECT_EQ(
      exchange.body,
      R"({"metadata":{},"status":"Failure","message":"Timeout: request did not complete within )"
      R"(the allotted timeout","reason":"Timeout","details":{},"code":504})");
  EXPECT_EQ(chain.sink.events.back()->response_status->code, 200);
}

TEST(ChainTest, AHandlerThatHeedsTheDeadlineAndWritesNothingClosedEarly) {
  TestChain chain;
  asio::io_context io;
  FakeExchange exchange(io, with_timeout());
  chain.handle(exchange, heeds_cancellation, io);
  EXPECT_EQ(exchange.status, 504);
  EXPECT_EQ(chain.sink.events.back()->response_status->message, "Connection closed early");
}

TEST(ChainTest, ADeadlineAfterTheFirstByteCutsTheConnection) {
  TestChain chain;
  asio::io_context io;
  FakeExchange exchange(io, with_timeout());
  chain.handle(exchange, first_byte_then_waits, io);
  EXPECT_TRUE(exchange.aborted);
  EXPECT_EQ(exchange.status, 200);
}

TEST(ChainTest, AStreamThatBeginsBehindTheDeadlineStillHasItsEvents) {
  TestChain chain;
  asio::io_context io;
  FakeExchange exchange(io, with_timeout());
  chain.handle(exchange, streams_after_the_deadline, io);
  EXPECT_EQ(exchange.status, 504);
  ASSERT_EQ(chain.sink.events.size(), 2U);
  EXPECT_EQ(chain.sink.events.back()->response_status->code, 200);
  EXPECT_EQ(chain.sink.events.back()->annotations.at("body"), "ran");
}

TEST(ChainTest, ADeadlineBetweenTheAnswerAndItsLastEventCutsTheConnection) {
  TestChain chain;
  asio::io_context io;
  FakeExchange exchange(io, with_timeout());
  // The last event takes as long as it takes the deadline to pass.
  chain.sink.on_event = [&io, &exchange](const audit::Event& event) {
    if (event.stage != to_string(audit::Stage::ResponseComplete)) return;
    while (!exchange.aborted && exchange.status == 0 && io.run_one() != 0) {
    }
  };
  chain.handle(exchange, says_ok, io);
  EXPECT_TRUE(exchange.aborted);
}

}  // namespace
}  // namespace kaudit::apiserver
