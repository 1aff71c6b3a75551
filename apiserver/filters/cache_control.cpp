#include "apiserver/filters/filters.hpp"

namespace kaudit::apiserver::filters {

awaitable<void> cache_control(RequestScope& scope, const Services& /*services*/, Next next) {
  scope.response.headers().set("Cache-Control", "no-cache, private");
  return next(scope);
}

}  // namespace kaudit::apiserver::filters
