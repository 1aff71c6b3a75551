// What an observer sees of a request's way through the chain.
#include <algorithm>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
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

/// Keeps what it sees as lines: `> audit 1234`, `< audit 1234: handler`.
class Notes final : public ChainObserver {
 public:
  std::vector<std::string> lines;
  std::vector<Clock::time_point> times;
  bool looks = true;
  bool looks_at(Clock::time_point /*began*/) noexcept override { return looks; }
  void entered(const RequestScope& scope, std::string_view step,
               Clock::time_point at) noexcept override {
    note("> " + std::string(step) + " " + scope.audit_id, at);
  }
  void left(const RequestScope& scope, std::string_view step, Clock::time_point at,
            const Answer* answer) noexcept override {
    note("< " + std::string(step) + " " + scope.audit_id + ": " +
             (answer == nullptr ? "panic" : std::string(answer->made_by)),
         at);
  }
  void made(const audit::EventPtr& event) noexcept override {
    EXPECT_TRUE(looks);
    EXPECT_FALSE(event->unobserved);
  }

 private:
  void note(std::string line, Clock::time_point at) {
    lines.push_back(std::move(line));
    times.push_back(at);
  }
};

std::vector<std::string> notes_of(HandlerFunction handler, identity::Authentication outcome,
                                  const std::string& target) {
  TestChain chain(outcome);
  Notes notes;
  chain.watched_by(notes);
  asio::io_context io;
  http::Request request{.method = "GET", .target = target, .headers = {}, .peer = {}};
  request.headers.add("Audit-ID", "id");
  FakeExchange exchange(io, std::move(request));
  chain.handle(exchange, handler, io);
  EXPECT_TRUE(std::is_sorted(notes.times.begin(), notes.times.end()));
  return notes.lines;
}

TEST(ChainObserverTest, SeesEachStepEnteredAndLeftAndWhichOneAnswered) {
  EXPECT_THAT(notes_of(says_ok, identity::Authentication::Authenticated, "/x"),
              ::testing::ElementsAre("> audit_id ", "> panic_recovery id", "> request_info id",
                                     "> cache_control id", "> request_deadline id", "> timeout id",
                                     "> authentication id", "> audit id", "> handler id",
                                     "< handler id: handler", "< audit id: handler",
                                     "< authentication id: handler", "< timeout id: handler",
                                     "< request_deadline id: handler",
                                     "< cache_control id: handler", "< request_info id: handler",
                                     "< panic_recovery id: handler", "< audit_id id: handler"));
}

TEST(ChainObserverTest, HearsNothingOfARequestThatItDoesNotLookAt) {
  TestChain chain;
  Notes notes;
  chain.watched_by(notes);
  notes.looks = false;
  asio::io_context io;
  FakeExchange exchange(io, {.method = "GET", .target = "/x", .headers = {}, .peer = {}});
  chain.handle(exchange, says_ok, io);
  EXPECT_THAT(notes.lines, ::testing::IsEmpty());
  EXPECT_THAT(chain.sink.events, ::testing::SizeIs(2));
  for (const auto& event : chain.sink.events) EXPECT_TRUE(event->unobserved);
}

TEST(ChainObserverTest, SeesAFilterThatAnswersInsteadOfHandingOn) {
  const auto lines = notes_of(says_ok, identity::Authentication::Failed, "/x");
  EXPECT_EQ(lines.size(), 14U);
  EXPECT_THAT(lines, ::testing::Contains("< authentication id: authentication"));
  EXPECT_EQ(lines.back(), "< audit_id id: authentication");
}

TEST(ChainObserverTest, SeesThatThePanicOfAHandlerIsAnsweredByItsRecovery) {
  const auto lines = notes_of(panics, identity::Authentication::Authenticated, "/x");
  EXPECT_THAT(lines, ::testing::Contains("< handler id: panic"));
  EXPECT_THAT(lines, ::testing::Contains("< audit id: panic"));
  EXPECT_EQ(lines.back(), "< audit_id id: panic_recovery");
}

TEST(ChainObserverTest, SeesThatTheDeadlineAnsweredInTheHandlersPlace) {
  const auto lines = notes_of(answers_after_the_deadline, identity::Authentication::Authenticated,
                              "/slow?timeout=1ms");
  EXPECT_THAT(lines, ::testing::Contains("< audit id: handler"));
  EXPECT_EQ(lines.back(), "< audit_id id: timeout");
}

}  // namespace
}  // namespace kaudit::apiserver
