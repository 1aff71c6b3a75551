#pragma once

#include <functional>
#include <span>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "apiserver/answer.hpp"
#include "apiserver/filters/filters.hpp"
#include "apiserver/identity/authenticator.hpp"
#include "apiserver/long_running_requests.hpp"
#include "apiserver/testing/fake_exchange.hpp"
#include "audit/counters.hpp"
#include "audit/evaluator.hpp"
#include "audit/sink.hpp"

namespace kaudit::apiserver::testing {

using HandlerFunction = boost::asio::awaitable<Answer> (*)(RequestScope&);

// Handlers that most tests want.
boost::asio::awaitable<Answer> says_ok(RequestScope& scope);
boost::asio::awaitable<Answer> panics(RequestScope& scope);
boost::asio::awaitable<Answer> answers_after_the_deadline(RequestScope& scope);

/// Keeps every event; refuses all when told to.
class RecordingSink final : public audit::Sink {
 public:
  bool refuse = false;
  std::vector<audit::EventPtr> events;
  std::function<void(const audit::Event&)> on_event;
  bool process(std::span<const audit::EventPtr> given) override {
    if (refuse) return false;
    for (const audit::EventPtr& event : given) {
      if (on_event) on_event(*event);
    }
    events.insert(events.end(), given.begin(), given.end());
    return true;
  }
};

/// Hands a request to these filters and sends the answer, as the chain's edge does.
boost::asio::awaitable<void> serve(RequestScope& scope, Next chain);

/// The chain up to the audit filter, without impersonation and authorization, between a made-up
/// transport and a made-up handler. One decision for all; everybody is alice, or nobody.
class TestChain {
 public:
  explicit TestChain(identity::Authentication outcome = identity::Authentication::Authenticated,
                     const audit::Decision& decision = {
                         .level = audit::Level::Metadata, .omit_stages = {}, .rule = 0});

  /// Runs the exchange's request to its end on its context.
  void handle(FakeExchange& exchange, HandlerFunction handler, boost::asio::io_context& io);
  void watched_by(ChainObserver& observer) { services_.observer = &observer; }

  RecordingSink sink;
  audit::Counters counters;

 private:
  Services services_;
  LongRunningRequests long_running_;
};

}  // namespace kaudit::apiserver::testing
