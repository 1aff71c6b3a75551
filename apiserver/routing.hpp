#pragma once

#include "apiserver/answer.hpp"
#include "apiserver/api/api.hpp"
#include "apiserver/nonresource/nonresource.hpp"
#include "apiserver/request_scope.hpp"

namespace kaudit::apiserver {

/// Where requests go after the last filter. Both must outlive the server.
struct Routes {
  const api::Api* resources;
  const nonresource::NonResource* paths;
};

/// Hands a request to its handler: to the resources what is a request to one, under a group that
/// this server knows; to the other paths everything else, an unknown group's among them. (apiserver
/// pkg/server/handler.go director)
boost::asio::awaitable<Answer> route(const Routes& routes, RequestScope& scope);

}  // namespace kaudit::apiserver
