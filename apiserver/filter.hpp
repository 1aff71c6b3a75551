#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <span>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>

#include "apiserver/authz/authorizer.hpp"
#include "apiserver/identity/authenticator.hpp"
#include "apiserver/in_flight_limits.hpp"
#include "apiserver/long_running_requests.hpp"
#include "apiserver/request_scope.hpp"
#include "audit/counters.hpp"
#include "audit/evaluator.hpp"
#include "audit/sink.hpp"

namespace kaudit::apiserver {

/// What the filters of every request share. Constant after construction.
struct Services {
  /// Null together with `sink`: auditing is off, no request makes an event.
  std::shared_ptr<const audit::Evaluator> policy;
  audit::Sink* sink = nullptr;
  audit::Counters* counters = nullptr;
  std::shared_ptr<const identity::Authenticator> authenticator;
  std::shared_ptr<const authz::Authorizer> authorizer;
  /// `--request-timeout`: how long a request that is not long-running may take.
  std::chrono::nanoseconds request_timeout = std::chrono::seconds(60);
  LongRunningRequests* long_running = nullptr;
  /// Null: any number of requests may be under way.
  InFlightLimits* in_flight = nullptr;
  /// Runs the calls of a sink that may wait for the outside, so that no connection's thread does.
  boost::asio::thread_pool* waiting_room = nullptr;
  /// What is behind the last filter.
  std::function<boost::asio::awaitable<void>(RequestScope&)> handler;
};

class Next;
/// One step of the chain: does its part, calls `next` unless the request ends here, and may act
/// again on the way out. What it throws is the request's panic.
using Filter = boost::asio::awaitable<void> (*)(RequestScope& scope, const Services& services,
                                                Next next);

/// The rest of the chain behind a filter.
class Next {
 public:
  Next(std::span<const Filter> rest, const Services& services)
      : rest_(rest), services_(&services) {}
  boost::asio::awaitable<void> operator()(RequestScope& scope) const {
    if (rest_.empty()) return services_->handler(scope);
    return rest_.front()(scope, *services_, Next(rest_.subspan(1), *services_));
  }

 private:
  std::span<const Filter> rest_;
  const Services* services_;
};

}  // namespace kaudit::apiserver
