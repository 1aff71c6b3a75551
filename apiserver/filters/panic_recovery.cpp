#include <exception>

#include <spdlog/spdlog.h>

#include "apiserver/filters/filters.hpp"

namespace kaudit::apiserver::filters {

awaitable<void> panic_recovery(RequestScope& scope, const Services& /*services*/, Next next) {
  try {
    co_await next(scope);
    co_return;
  } catch (const std::exception& panic) {
    spdlog::error("apiserver panic'd on {} {} (audit-ID {}): {}", scope.request().method,
                  scope.url.request_uri, scope.audit_id, panic.what());
  }
  // As with Go's net/http the client gets no answer: what was sent stays sent, and the connection
  // is cut.
  scope.response.abort();
}

}  // namespace kaudit::apiserver::filters
