#include "apiserver/filters/filters.hpp"
#include "apiserver/test_hooks.hpp"

namespace kaudit::apiserver::filters {

awaitable<Answer> faults(RequestScope& scope, Next next) {
  TestHooks* hooks = next.services().test_hooks;
  if (hooks == nullptr) return next(scope);
  return hooks->around_handler(scope, next);
}

}  // namespace kaudit::apiserver::filters
