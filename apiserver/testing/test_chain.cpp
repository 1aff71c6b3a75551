#include "apiserver/testing/test_chain.hpp"

#include <chrono>
#include <memory>
#include <stdexcept>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "apiserver/send_answer.hpp"

namespace kaudit::apiserver::testing {
namespace {

namespace asio = boost::asio;
using asio::awaitable;

class OneRule final : public audit::Evaluator {
 public:
  explicit OneRule(audit::Decision decision) : decision_(decision) {}
  audit::Decision evaluate(const audit::Attributes&) const noexcept override { return decision_; }

 private:
  audit::Decision decision_;
};

class AliceOrNobody final : public identity::Authenticator {
 public:
  explicit AliceOrNobody(identity::Authentication outcome) : outcome_(outcome) {}
  identity::AuthenticationResult authenticate(const http::Request&) const override {
    identity::AuthenticationResult result{.outcome = outcome_, .user = {}};
    if (outcome_ == identity::Authentication::Authenticated) {
      result.user.edit().username = "alice";
      result.user.edit().groups = {"dev"};
    }
    return result;
  }

 private:
  identity::Authentication outcome_;
};

constexpr Step kSteps[] = {{"audit_id", filters::audit_id},
                           {"panic_recovery", filters::panic_recovery},
                           {"request_info", filters::request_info},
                           {"cache_control", filters::cache_control},
                           {"request_deadline", filters::request_deadline},
                           {"timeout", filters::timeout},
                           {"authentication", filters::authentication},
                           {"audit", filters::audit}};

}  // namespace

awaitable<Answer> says_ok(RequestScope&) { return ready(Answer::text(200, "text/plain", "ok")); }
awaitable<Answer> panics(RequestScope&) {
  throw std::runtime_error("boom <1>");
  co_return Answer();
}
awaitable<Answer> answers_after_the_deadline(RequestScope& scope) {
  const bool whole = co_await scope.cancellation.sleep_for(std::chrono::hours(1));
  EXPECT_FALSE(whole);
  co_return Answer::text(200, "text/plain", "too late");
}

awaitable<void> serve(RequestScope& scope, Next chain) {
  Answer answer = co_await chain.begin(scope);
  co_await send_answer(scope, std::move(answer));
}

TestChain::TestChain(identity::Authentication outcome, const audit::Decision& decision) {
  services_.policy = std::make_shared<OneRule>(decision);
  services_.sink = &sink;
  services_.counters = &counters;
  services_.authenticator = std::make_shared<AliceOrNobody>(outcome);
  services_.long_running = &long_running_;
}

void TestChain::handle(FakeExchange& exchange, HandlerFunction handler, asio::io_context& io) {
  services_.handler = handler;
  RequestScope scope(exchange);
  scope.received = Timestamp::now();
  auto url = request::Url::parse(exchange.request().method, exchange.request().target);
  ASSERT_TRUE(url) << url.error().message;
  scope.url = *std::move(url);
  asio::co_spawn(io, serve(scope, Next(kSteps, services_)), asio::detached);
  io.run();
}

}  // namespace kaudit::apiserver::testing
