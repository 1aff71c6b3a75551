#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/steady_timer.hpp>

#include "apiserver/cancellation.hpp"
#include "apiserver/http/exchange.hpp"
#include "apiserver/in_flight_limits.hpp"
#include "apiserver/long_running_requests.hpp"
#include "apiserver/request/request_info.hpp"
#include "apiserver/request/url.hpp"
#include "audit/context.hpp"
#include "audit/event.hpp"

namespace kaudit::apiserver {

/// How long the layers of a request took, for the apiserver.latency.k8s.io annotations
/// (audit-semantics 2).
struct Latencies {
  using Duration = std::chrono::nanoseconds;
  Duration authentication{-1};  ///< negative: not measured
  Duration authorization{-1};
  Duration transform_response_object{-1};
  Duration serialize_response_object{-1};
  Duration response_write{-1};
  Duration etcd{-1};                ///< storage
  Duration mutating_webhook{-1};    ///< all of them, one after the other
  Duration validating_webhook{-1};  ///< the slowest of them
};

/// The 504 that goes past a handler which is not done when its time is over.
struct TimeoutAnswer {
  enum class State : std::uint8_t { None, UnderWay, Sent };
  State state = State::None;
  /// Of UnderWay: never expires by itself, is cancelled when the 504 has been sent.
  std::optional<boost::asio::steady_timer> sent;
};

/// Everything the filters and the handler know of one request; filled in from the outside in. Lives
/// on one thread.
struct RequestScope {
  explicit RequestScope(http::Exchange& transport) : exchange(transport) {}

  /// As the filters so far have left it.
  const http::Request& request() const noexcept {
    return changed_request ? *changed_request : exchange.request();
  }
  /// For a filter that takes away what is not for those behind it. What was read of the request
  /// before stays where it is.
  http::Headers& change_headers() {
    if (!changed_request) changed_request = std::make_unique<http::Request>(exchange.request());
    changed_request->lines_id = 0;
    return changed_request->headers;
  }

  /// Sends an interim status (1xx), the one thing that leaves before the answer. As in
  /// kube-apiserver the first one is what events show for the code.
  boost::asio::awaitable<void> interim(int status) {
    if (interim_status == 0) interim_status = status;
    return exchange.interim(status);
  }

  /// Handlers read the body of the request from it, and bodies of streams write to it; the answer
  /// itself is a value.
  http::Exchange& exchange;
  /// Of whatever answer will be sent; the answer's own of the same name win.
  http::Headers headers;
  std::string audit_id;
  Timestamp received;
  std::chrono::steady_clock::time_point started = std::chrono::steady_clock::now();
  /// When the client's patience ends, for requests that are not long-running.
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
  request::Url url;
  request::RequestInfo info;
  audit::SharedUser user;  ///< who acts: the authenticated user, or who is impersonated
  /// What authentication has to say in the request's events, which begin behind it: keys, values.
  std::vector<std::pair<std::string, std::string>> early_annotations;
  /// Of this request, from the audit filter until its handler (or the body of its stream) has
  /// ended; null at level None.
  audit::Context* audit = nullptr;
  std::optional<audit::Context> audit_context;  ///< what `audit` points to
  Latencies latencies;
  Cancellation cancellation;
  int interim_status = 0;  ///< the first that was sent
  /// The last event was written at the end of a round: the answer need not wait for another one.
  bool round_has_ended = false;
  /// True once the answer is known, even while its events are still being taken. A deadline that
  /// passes from then on can only cut the connection.
  bool answer_decided = false;
  std::unique_ptr<http::Request> changed_request;  ///< null: it is as it was sent
  std::optional<InFlightLimits::Place> place;      ///< among those that are under way
  // The timeout filter's, until the answer has left.
  std::optional<http::DeadlineWatch> deadline_watch;
  TimeoutAnswer timeout_answer;
  std::optional<LongRunningRequests::Entry> long_running_entry;
  /// What a ChainObserver has seen of the request so far; its own, and mutable because it changes
  /// nothing of the request.
  mutable std::shared_ptr<void> observed;
  /// There is a ChainObserver, and it looks at this request.
  bool looked_at = false;
};

}  // namespace kaudit::apiserver
