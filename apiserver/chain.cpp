#include "apiserver/chain.hpp"

#include <memory>
#include <utility>

#include "apiserver/authz/impersonator.hpp"
#include "apiserver/filters/filters.hpp"
#include "apiserver/http/round.hpp"
#include "apiserver/send_answer.hpp"
#include "apiserver/test_hooks.hpp"

namespace kaudit::apiserver {
namespace {

// The way of a request: through the filters, outermost first, then by route() to a handler, and as
// an Answer back through the filters to handle(), which sends it. This is kube-apiserver's order
// (audit-semantics 2; apiserver pkg/server DefaultBuildHandlerChain), and it decides what an audit
// event can know:
//   - a malformed timeout and a failed authentication end *before* audit, so they leave one event,
//   ResponseStarted;
//   - audit sees the authenticated user, never the impersonated one, and also what is forbidden
//   later;
//   - the 504 of `timeout` is given *outside* audit, so the event says what the handler did, not
//   what the client got;
//   - a panic passes audit on its way out, which makes it an event, before panic_recovery cuts the
//   connection;
//   - what tests steer the server by is answered before audit and leaves no event; what they break
//   is broken behind authorization, and its events say so;
//   - an answer passes audit before it is sent, so a client that has all of it has its last
//   event, too.
constexpr Step kChain[] = {
    {"audit_id", filters::audit_id},
    {"panic_recovery", filters::panic_recovery},
    {"request_info", filters::request_info},
    {"cache_control", filters::cache_control},
    {"request_deadline", filters::request_deadline},
    {"timeout", filters::timeout},
    {"test_requests", filters::test_requests},
    {"authentication", filters::authentication},
    {"audit", filters::audit},
    {"impersonation", filters::impersonation},
    {"in_flight", filters::in_flight},
    {"authorization", filters::authorization},
    {"faults", filters::faults},
};

http::Response bad_request() {
  http::Response response(400, {}, "400 Bad Request");
  response.headers.set("Content-Type", "text/plain; charset=utf-8");
  response.headers.set("Connection", "close");
  return response;
}

/// Tells the request when its client goes away, for as long as there is a request to tell.
class ClientWatch {
 public:
  explicit ClientWatch(RequestScope& scope) : exchange_(scope.exchange) {
    exchange_.on_client_gone(
        [&scope] { scope.cancellation.cancel(Cancellation::Reason::ClientGone); });
  }
  ~ClientWatch() { exchange_.on_client_gone(nullptr); }
  ClientWatch(const ClientWatch&) = delete;
  ClientWatch& operator=(const ClientWatch&) = delete;

 private:
  http::Exchange& exchange_;
};

}  // namespace

Chain::Chain(Services services, Routes routes) : services_(std::move(services)) {
  if (!services_.impersonator) {
    services_.impersonator = std::make_shared<const authz::Impersonator>(
        services_.authorizer, authz::ConstrainedImpersonation::On);
  }
  services_.handler = [routes](RequestScope& scope) { return route(routes, scope); };
}

boost::asio::awaitable<void> Chain::handle(http::Exchange& transport) {
  std::unique_ptr<http::Exchange> wrapped;
  if (services_.test_hooks != nullptr) wrapped = services_.test_hooks->wrap(transport);
  http::Exchange& exchange = wrapped ? *wrapped : transport;
  const http::Request& request = exchange.request();
  if (request.target == "*" && request.method == "OPTIONS") {
    co_return;  // answered with an empty 200
  }

  RequestScope scope(exchange);
  // Before anything that takes time: requestReceivedTimestamp and all durations count from here.
  scope.received = Timestamp::now();
  if (!scope.url.read(request.method, request.target)) {
    co_await exchange.send(bad_request());
    co_return;
  }

  // Until the answer has been sent: a stream's handler must still hear that its client has gone.
  const ClientWatch watch(scope);
  Answer answer = co_await Next(kChain, services_).begin(scope);
  // Behind the requests that were ready with this one. (The pieces of a stream leave as they come.)
  if (answer.is_whole() && !scope.round_has_ended) {
    if (http::Round* const round = exchange.steps_aside()) co_await round->end();
  }
  if (!send_answer_now(scope, answer)) co_await send_rest(scope, std::move(answer));
}

}  // namespace kaudit::apiserver
