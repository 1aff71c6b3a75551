#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>

#include "apiserver/nonresource/cached_document.hpp"
#include "apiserver/request_scope.hpp"

namespace kaudit::apiserver::nonresource {

/// A document of OpenAPI and how it is answered.
using OpenApiDocument = std::shared_ptr<const CachedDocument>;

/// /openapi/v2, in protobuf or JSON as the client accepts. (kube-openapi pkg/handler)
boost::asio::awaitable<void> openapi_v2(RequestScope& scope, OpenApiDocument json,
                                        OpenApiDocument protobuf);
/// /openapi/v3: which documents there are, each with its hash. (kube-openapi pkg/handler3)
boost::asio::awaitable<void> openapi_v3_index(RequestScope& scope, OpenApiDocument index);
/// One of those: with the right hash in its query a client may keep it for ever, with another it is
/// sent to the right one. `path` is `api/v1`, `apis/apps/v1`.
boost::asio::awaitable<void> openapi_v3(RequestScope& scope, OpenApiDocument document,
                                        std::string path);

/// Where a group version's document is, with its hash.
std::string openapi_v3_url(const std::string& path, const CachedDocument& document);

}  // namespace kaudit::apiserver::nonresource
