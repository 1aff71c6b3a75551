#pragma once

#include <string_view>

#include <boost/asio/awaitable.hpp>

#include "apiserver/http/message.hpp"
#include "apiserver/request_scope.hpp"
#include "audit/status.hpp"

namespace kaudit::apiserver {

/// Answers with a Status as JSON, and records it: responseStatus at every level, responseObject at
/// RequestResponse.
boost::asio::awaitable<void> answer_status(RequestScope& scope, const audit::Status& status,
                                           http::Headers headers = {});

/// The text/plain 500 of a filter: `Internal Server Error: "URI": TEXT`, with the URI's `<`, `>`,
/// `&` HTML-escaped. Only its code is recorded. (apiserver pkg/endpoints/handlers/responsewriters
/// InternalError)
boost::asio::awaitable<void> answer_internal_error(RequestScope& scope, std::string_view text);

/// A Status of status Failure with kind and apiVersion, as every refusal is.
audit::Status failure(int code, std::string_view reason, std::string_view message);

}  // namespace kaudit::apiserver
