#include "apiserver/routing.hpp"

namespace kaudit::apiserver {

boost::asio::awaitable<Answer> route(const Routes& routes, RequestScope& scope) {
  if (scope.info.is_resource_request && routes.resources->serves(scope.info)) {
    return routes.resources->handle(scope);
  }
  return routes.paths->handle(scope);
}

}  // namespace kaudit::apiserver
