#include <exception>
#include <utility>

#include "apiserver/filters/filters.hpp"
#include "base/logging.hpp"

namespace kaudit::apiserver::filters {
namespace {

void log_panic(const RequestScope& scope, const std::exception& panic) {
  log_error("apiserver panic'd on {} {} (audit-ID {}): {}", scope.request().method,
            scope.url.request_uri, scope.audit_id, panic.what());
}

/// As with Go's net/http what was sent stays sent, and the connection is cut.
awaitable<void> guarded(RequestScope& scope, Answer::Body body) {
  try {
    co_await std::move(body);
  } catch (const std::exception& panic) {
    log_panic(scope, panic);
    scope.exchange.abort();
  }
}

}  // namespace

awaitable<Answer> panic_recovery(RequestScope& scope, Next next) {
  try {
    Answer answer = co_await next(scope);
    if (answer.has_body()) answer.body = guarded(scope, std::move(answer.body));
    co_return std::move(answer);
  } catch (const std::exception& panic) {
    log_panic(scope, panic);
  }
  co_return Answer::cut();
}

}  // namespace kaudit::apiserver::filters
