#include "apiserver/chain.hpp"

#include <utility>

#include "apiserver/filters/filters.hpp"

namespace kaudit::apiserver {
namespace {

// The way of a request, outermost first. This is kube-apiserver's order (audit-semantics 2;
// apiserver pkg/server DefaultBuildHandlerChain), and it decides what an audit event can know:
//   - a malformed timeout and a failed authentication end *before* audit, so they leave one event,
//   ResponseStarted;
//   - audit sees the authenticated user, never the impersonated one, and also what is forbidden
//   later;
//   - the 504 of `timeout` is sent *outside* audit, so the event says what the handler did, not
//   what the client got;
//   - a panic passes audit on its way out, which makes it an event, before panic_recovery cuts the
//   connection.
constexpr Filter kChain[] = {
    filters::audit_id,         filters::panic_recovery,
    filters::request_info,     filters::cache_control,
    filters::request_deadline, filters::timeout,
    filters::authentication,   filters::audit,
    filters::impersonation,    filters::in_flight,
    filters::authorization,
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

boost::asio::awaitable<void> Chain::handle(http::Exchange& exchange) {
  const http::Request& request = exchange.request();
  if (request.target == "*" && request.method == "OPTIONS") {
    co_return;  // answered with an empty 200
  }

  RequestScope scope(exchange);
  scope.received = Timestamp::now();
  auto url = request::Url::parse(request.method, request.target);
  if (!url) {
    co_await exchange.send(bad_request());
    co_return;
  }
  scope.url = *std::move(url);

  const ClientWatch watch(scope);
  co_await Next(kChain, services_)(scope);
  // A handler that wrote nothing answered with an empty 200 and the filters' headers.
  if (!scope.response.sent()) {
    http::Response nothing;
    co_await scope.response.send(std::move(nothing));
  }
}

}  // namespace kaudit::apiserver
