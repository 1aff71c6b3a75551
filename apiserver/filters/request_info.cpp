#include <utility>

#include "apiserver/answers.hpp"
#include "apiserver/filters/filters.hpp"

namespace kaudit::apiserver::filters {

awaitable<void> request_info(RequestScope& scope, const Services& /*services*/, Next next) {
  auto info = request::make_request_info(scope.request().method, scope.url);
  if (!info) {
    co_await answer_internal_error(scope, "failed to create RequestInfo: " + info.error().message);
    co_return;
  }
  scope.info = *std::move(info);
  co_await next(scope);
}

}  // namespace kaudit::apiserver::filters
