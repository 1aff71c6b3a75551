#include <chrono>
#include <utility>

#include "apiserver/answer.hpp"
#include "apiserver/filters/event_recording.hpp"
#include "apiserver/filters/filters.hpp"
#include "apiserver/identity/websocket_token.hpp"

namespace kaudit::apiserver::filters {

awaitable<Answer> authentication(RequestScope& scope, Next next) {
  const Services& services = next.services();
  identity::AuthenticationResult result = services.authenticator->authenticate(scope.request());
  // From the request's beginning: what comes before takes no time worth another look at the clock.
  scope.latencies.authentication = std::chrono::steady_clock::now() - scope.started;
  if (result.outcome != identity::Authentication::Authenticated) {
    return refuse_unaudited(scope, services, failure(401, "Unauthorized", "Unauthorized"));
  }
  scope.user = std::move(result.user);
  scope.early_annotations = std::move(result.annotations);
  // What answers the handshake is not to answer with somebody's token.
  if (identity::has_token_protocol(scope.request().headers)) {
    identity::remove_token_protocols(scope.change_headers());
  }
  return next(scope);
}

}  // namespace kaudit::apiserver::filters
