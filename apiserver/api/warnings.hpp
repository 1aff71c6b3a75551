#pragma once

#include <string>
#include <vector>

#include "apiserver/http/message.hpp"

namespace kaudit::apiserver::api {

/// Tells the client, whatever the answer will be: a header `Warning: 299 - "…"` each. All together
/// may have 4,096 characters; beyond that each is cut to 256. A text with control characters is
/// left out, one that has been given is not repeated. (apiserver pkg/endpoints/filters/warning.go)
void add_warnings(http::Headers& headers, const std::vector<std::string>& texts);

}  // namespace kaudit::apiserver::api
