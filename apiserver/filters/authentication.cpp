#include <chrono>
#include <utility>

#include "apiserver/answers.hpp"
#include "apiserver/filters/event_recording.hpp"
#include "apiserver/filters/filters.hpp"

namespace kaudit::apiserver::filters {

awaitable<void> authentication(RequestScope& scope, const Services& services, Next next) {
  const auto start = std::chrono::steady_clock::now();
  identity::AuthenticationResult result = services.authenticator->authenticate(scope.request());
  scope.latencies.authentication = std::chrono::steady_clock::now() - start;
  if (result.outcome != identity::Authentication::Authenticated) {
    co_await refuse_unaudited(scope, services, failure(401, "Unauthorized", "Unauthorized"));
    co_return;
  }
  scope.user = std::move(result.user);
  co_await next(scope);
}

}  // namespace kaudit::apiserver::filters
