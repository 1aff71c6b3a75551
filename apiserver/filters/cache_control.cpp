#include "apiserver/filters/filters.hpp"

namespace kaudit::apiserver::filters {

awaitable<Answer> cache_control(RequestScope& scope, Next next) {
  scope.headers.set("Cache-Control", "no-cache, private");
  return next(scope);
}

}  // namespace kaudit::apiserver::filters
