#include "apiserver/answers.hpp"

#include <string>
#include <utility>

#include "base/text/quote.hpp"

namespace kaudit::apiserver {

boost::asio::awaitable<void> answer_status(RequestScope& scope, const audit::Status& status,
                                           http::Headers headers) {
  std::string body;
  audit::append_json(body, status);
  if (scope.audit != nullptr) {
    scope.audit->set_response_status(status);
    if (scope.audit->wants_response_object()) {
      scope.audit->log_response_object(RawJson::trusted(body));
    }
  }
  body += '\n';
  headers.set("Content-Type", "application/json");
  http::Response response(status.code, std::move(headers), std::move(body));
  co_await scope.response.send(std::move(response));
}

boost::asio::awaitable<void> answer_internal_error(RequestScope& scope, std::string_view text) {
  std::string uri;
  for (const char c : go_quoted(scope.url.request_uri)) {
    switch (c) {
      case '&':
        uri += "&amp;";
        break;
      case '<':
        uri += "&lt;";
        break;
      case '>':
        uri += "&gt;";
        break;
      default:
        uri += c;
    }
  }
  http::Headers headers;
  headers.set("Content-Type", "text/plain; charset=utf-8");
  headers.set("X-Content-Type-Options", "nosniff");
  http::Response response(500, std::move(headers),
                          "Internal Server Error: " + uri + ": " + std::string(text) + "\n");
  co_await scope.response.send(std::move(response));
}

audit::Status failure(int code, std::string_view reason, std::string_view message) {
  audit::Status status;
  status.kind = "Status";
  status.api_version = "v1";
  status.status = "Failure";
  status.message = message;
  status.reason = reason;
  status.code = code;
  return status;
}

}  // namespace kaudit::apiserver
