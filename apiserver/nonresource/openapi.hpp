#pragma once

#include <boost/asio/awaitable.hpp>

#include "apiserver/scope/request_scope.hpp"

namespace kaudit::apiserver {

/// /openapi/v2: a document without schemas, in protobuf or JSON as the client accepts. It is what kubectl needs to
/// create and apply; the schemas come with the objects' codec.
boost::asio::awaitable<void> openapi_v2(RequestScope& scope);

}  // namespace kaudit::apiserver
