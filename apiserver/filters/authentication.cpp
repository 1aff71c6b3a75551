#include <chrono>
#include <utility>

#include "apiserver/answer.hpp"
#include "apiserver/filters/event_recording.hpp"
#include "apiserver/filters/filters.hpp"
#include "apiserver/identity/websocket_token.hpp"

namespace kaudit::apiserver::filters {

awaitable<Answer> authentication(RequestScope& scope, Next next) {
  const Services& services = next.services();
  const auto start = std::chrono::steady_clock::now();
  identity::AuthenticationResult result = services.authenticator->authenticate(scope.request());
  scope.latencies.authentication = std::chrono::steady_clock::now() - start;
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
