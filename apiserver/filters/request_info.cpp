#include "apiserver/answer.hpp"
#include "apiserver/filters/filters.hpp"

namespace kaudit::apiserver::filters {

awaitable<Answer> request_info(RequestScope& scope, Next next) {
  const auto read = request::read_request_info(scope.request().method, scope.url, scope.info);
  if (!read) {
    scope.info = {};
    return ready(internal_error(scope, "failed to create RequestInfo: " + read.error().message));
  }
  return next(scope);
}

}  // namespace kaudit::apiserver::filters
