#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>

#include "apiserver/answer.hpp"
#include "apiserver/authz/authorizer.hpp"
#include "apiserver/chain_observer.hpp"
#include "apiserver/identity/authenticator.hpp"
#include "apiserver/in_flight_limits.hpp"
#include "apiserver/long_running_requests.hpp"
#include "apiserver/request_scope.hpp"
#include "audit/counters.hpp"
#include "audit/evaluator.hpp"
#include "audit/sink.hpp"

namespace kaudit::apiserver {

namespace authz {
class Impersonator;  // impersonator.hpp
}
class TestHooks;  // test_hooks.hpp

/// What the filters of every request share. Constant after construction.
struct Services {
  /// Null together with `sink`: auditing is off, no request makes an event.
  std::shared_ptr<const audit::Evaluator> policy;
  audit::Sink* sink = nullptr;
  audit::Counters* counters = nullptr;
  std::shared_ptr<const identity::Authenticator> authenticator;
  std::shared_ptr<const authz::Authorizer> authorizer;
  /// Who may act as whom. Null: the chain makes the one that kube-apiserver has by default.
  std::shared_ptr<const authz::Impersonator> impersonator;
  /// `--request-timeout`: how long a request that is not long-running may take.
  std::chrono::nanoseconds request_timeout = std::chrono::seconds(60);
  LongRunningRequests* long_running = nullptr;
  /// Null: any number of requests may be under way.
  InFlightLimits* in_flight = nullptr;
  /// Runs the calls of a sink that may wait for the outside, so that no connection's thread does.
  boost::asio::thread_pool* waiting_room = nullptr;
  /// What comes after the last filter: routing.hpp.
  std::function<boost::asio::awaitable<Answer>(RequestScope&)> handler;
  /// Looks on as requests go through the chain; null: nobody does, at no cost.
  ChainObserver* observer = nullptr;
  /// Null: nothing is broken on purpose, and there is no test API.
  TestHooks* test_hooks = nullptr;
};

class Next;
/// One step of the chain: does its part, then hands on to `next` or answers itself; on the way out
/// it may replace the answer or put something around the body of a stream. It sends nothing. What
/// it throws is the request's panic.
using Filter = boost::asio::awaitable<Answer> (*)(RequestScope& scope, Next next);

/// A filter under its name.
struct Step {
  std::string_view name;
  Filter filter;
};

/// The rest of the chain after a filter.
class Next {
 public:
  Next(std::span<const Step> rest, const Services& services) : rest_(rest), services_(&services) {}

  const Services& services() const noexcept { return *services_; }

  /// The whole chain: asks the observer, once a request, whether it looks at this one.
  boost::asio::awaitable<Answer> begin(RequestScope& scope) const {
    ChainObserver* const observer = services_->observer;
    scope.looked_at = observer != nullptr && observer->looks_at(scope.started);
    return (*this)(scope);
  }
  boost::asio::awaitable<Answer> operator()(RequestScope& scope) const {
    return scope.looked_at ? go_observed(scope) : go(scope);
  }

 private:
  boost::asio::awaitable<Answer> go(RequestScope& scope) const {
    if (rest_.empty()) return services_->handler(scope);
    return rest_.front().filter(scope, Next(rest_.subspan(1), *services_));
  }
  boost::asio::awaitable<Answer> go_observed(RequestScope& scope) const {
    // By value: a Next lives no longer than the call.
    return observed(*this, scope, rest_.empty() ? kHandlerStep : rest_.front().name);
  }
  static boost::asio::awaitable<Answer> observed(Next self, RequestScope& scope,
                                                 std::string_view step) {
    ChainObserver& observer = *self.services_->observer;
    observer.entered(scope, step, ChainObserver::Clock::now());
    try {
      Answer answer = co_await self.go(scope);
      // On its way out an answer meets the step that gave it first.
      if (answer.made_by.empty()) answer.made_by = step;
      observer.left(scope, step, ChainObserver::Clock::now(), &answer);
      co_return std::move(answer);
    } catch (...) {
      observer.left(scope, step, ChainObserver::Clock::now(), nullptr);
      throw;
    }
  }

  std::span<const Step> rest_;
  const Services* services_;
};

}  // namespace kaudit::apiserver
