#include <cstddef>
#include <string>

#include "apiserver/filters/filters.hpp"
#include "base/uuid.hpp"

namespace kaudit::apiserver::filters {

namespace {

/// Bytes of the filters' headers and of the handler's own.
constexpr std::size_t kUsualAnswerHeaders = 160;

}  // namespace

awaitable<Answer> audit_id(RequestScope& scope, Next next) {
  const auto given = scope.request().headers.first("Audit-ID");
  if (given && !given->empty()) {
    scope.audit_id = *given;
  } else {
    scope.audit_id = random_uuid();
  }
  scope.headers.reserve(kUsualAnswerHeaders);
  // A value that came as a header is a legal header value: the connection refuses all others.
  scope.headers.set("Audit-Id", scope.audit_id);
  return next(scope);
}

}  // namespace kaudit::apiserver::filters
