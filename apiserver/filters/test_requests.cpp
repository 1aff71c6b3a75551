#include "apiserver/filters/filters.hpp"
#include "apiserver/test_hooks.hpp"

namespace kaudit::apiserver::filters {

awaitable<Answer> test_requests(RequestScope& scope, Next next) {
  TestHooks* hooks = next.services().test_hooks;
  if (hooks == nullptr || !hooks->is_own(scope)) return next(scope);
  return hooks->serve(scope, next.services());
}

}  // namespace kaudit::apiserver::filters
