#include <utility>

#include "apiserver/answer.hpp"
#include "apiserver/filters/filters.hpp"

namespace kaudit::apiserver::filters {

awaitable<Answer> request_info(RequestScope& scope, Next next) {
  auto info = request::make_request_info(scope.request().method, scope.url);
  if (!info) {
    return ready(internal_error(scope, "failed to create RequestInfo: " + info.error().message));
  }
  scope.info = *std::move(info);
  return next(scope);
}

}  // namespace kaudit::apiserver::filters
