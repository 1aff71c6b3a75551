#pragma once

#include <optional>
#include <string_view>

#include "apiserver/http/message.hpp"
#include "apiserver/request/request_info.hpp"
#include "audit/context.hpp"
#include "audit/event.hpp"

namespace kaudit::apiserver::request {

/// Where a request comes from, as its events say it: source_ips() and the header User-Agent. What
/// this thread has met before is shared with the requests that had the same, whatever their
/// connections.
audit::SharedSource source_of(const http::Headers& headers, std::string_view remote_address);
/// The same, with less to look at when the lines come again (http::Request::lines_id).
audit::SharedSource source_of(const http::Request& request);

/// What a request is about, in views of its info; nullopt for one that is about no resource.
std::optional<audit::RequestObject> object_of(const RequestInfo& info) noexcept;

}  // namespace kaudit::apiserver::request
