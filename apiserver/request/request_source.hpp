#pragma once

#include <string_view>

#include "apiserver/http/message.hpp"
#include "audit/event.hpp"

namespace kaudit::apiserver::request {

/// Where a request comes from, as its events say it: source_ips() and the header User-Agent. What
/// this thread has met before is shared with the requests that had the same, whatever their
/// connections.
audit::SharedSource source_of(const http::Headers& headers, std::string_view remote_address);

}  // namespace kaudit::apiserver::request
