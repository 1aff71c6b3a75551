// The filter that limits how many requests are served at once.
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "apiserver/testing/test_chain.hpp"

namespace kaudit::apiserver {
namespace {

namespace asio = boost::asio;
using asio::awaitable;
using testing::FakeExchange;
using testing::HandlerFunction;
using testing::says_ok;

/// The filter on its own, with a request under way for as long as the test wants.
class InFlight : public ::testing::Test {
 protected:
  FakeExchange& ask(const std::string& method, const std::string& target, const std::string& group,
                    HandlerFunction handler) {
    services.handler = handler;
    exchanges.push_back(std::make_unique<FakeExchange>(
        io, http::Request{.method = method, .target = target, .headers = {}, .peer = {}}));
    scopes.push_back(std::make_unique<RequestScope>(*exchanges.back()));
    RequestScope& scope = *scopes.back();
    scope.url = request::Url::parse(method, target).value();
    scope.info = request::make_request_info(method, scope.url).value();
    scope.user.edit().groups = {group};
    asio::co_spawn(io, testing::serve(scope, Next(kInFlight, services)), asio::detached);
    io.restart();
    io.poll();
    return *exchanges.back();
  }
  void end_all() {
    for (const auto& scope : scopes) scope->cancellation.cancel(Cancellation::Reason::ClientGone);
    io.restart();
    io.run();
  }
  static awaitable<Answer> waits(RequestScope& scope) {
    co_await scope.cancellation.sleep_for(std::chrono::hours(1));
    co_return Answer::text(200, "text/plain", "");
  }
  static awaitable<void> waits_for_its_end(RequestScope& scope) {
    co_await scope.cancellation.sleep_for(std::chrono::hours(1));
  }
  static awaitable<Answer> streams(RequestScope& scope) {
    return ready(Answer::stream(200, {}, waits_for_its_end(scope)));
  }

  static Services with(InFlightLimits& limits) {
    Services services;
    services.in_flight = &limits;
    return services;
  }

  static constexpr Step kInFlight[] = {{"in_flight", filters::in_flight}};
  asio::io_context io;
  InFlightLimits limits{1, 1};
  Services services = with(limits);
  std::vector<std::unique_ptr<FakeExchange>> exchanges;
  std::vector<std::unique_ptr<RequestScope>> scopes;
};

TEST_F(InFlight, RefusesWhatIsMoreThanTheLimitOfItsKind) {
  const std::string path = "/api/v1/namespaces/n/configmaps";
  ask("GET", path, "dev", waits);
  const auto& refused = ask("GET", path, "dev", says_ok);
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.body, "Too many requests, please try again later.\n");
  EXPECT_EQ(refused.headers.first("Retry-After"), "1");
  EXPECT_EQ(refused.headers.first("X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(ask("GET", "/healthz", "dev", says_ok).status, 429);
  EXPECT_EQ(ask("POST", path, "dev", says_ok).status, 200);
  EXPECT_EQ(ask("GET", path + "?watch=1", "dev", says_ok).status, 200);
  EXPECT_EQ(ask("GET", path, "system:masters", says_ok).status, 200);
  end_all();
  EXPECT_EQ(ask("GET", path, "dev", says_ok).status, 200);
}

TEST_F(InFlight, CountsAStreamUntilItsBodyHasEnded) {
  ask("GET", "/healthz", "dev", streams);
  EXPECT_EQ(ask("GET", "/healthz", "dev", says_ok).status, 429);
  end_all();
  EXPECT_EQ(ask("GET", "/healthz", "dev", says_ok).status, 200);
}

TEST_F(InFlight, HasNoLimitAtZero) {
  InFlightLimits none{0, 0};
  services.in_flight = &none;
  for (int i = 0; i < 3; ++i) ask("GET", "/healthz", "dev", waits);
  EXPECT_EQ(ask("GET", "/healthz", "dev", says_ok).status, 200);
  end_all();
}

}  // namespace
}  // namespace kaudit::apiserver
