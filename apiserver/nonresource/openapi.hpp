#pragma once

#include <string>
#include <string_view>

#include "apiserver/answer.hpp"
#include "apiserver/nonresource/cached_document.hpp"
#include "apiserver/request_scope.hpp"

namespace kaudit::apiserver::nonresource {

/// /openapi/v2, in protobuf or JSON as the client accepts. (kube-openapi pkg/handler)
Answer openapi_v2(const RequestScope& scope, const CachedDocument& json,
                  const CachedDocument& protobuf);
/// /openapi/v3: which documents there are, each with its hash. (kube-openapi pkg/handler3)
Answer openapi_v3_index(const RequestScope& scope, const CachedDocument& index);
/// One of those: with the right hash in its query a client may keep it for ever, with another it is
/// sent to the right one. In JSON or protobuf, whichever the client takes first; the hash is that
/// of the JSON. `path` is `api/v1`, `apis/apps/v1`.
Answer openapi_v3(const RequestScope& scope, const CachedDocument& json,
                  const CachedDocument& protobuf, const std::string& path);

/// Where a group version's document is, with its hash.
std::string openapi_v3_url(const std::string& path, const CachedDocument& document);

}  // namespace kaudit::apiserver::nonresource
