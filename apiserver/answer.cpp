#include "apiserver/answer.hpp"

#include "apiserver/request_scope.hpp"
#include "apiserver/serialization.hpp"
#include "base/text/quote.hpp"

namespace kaudit::apiserver {

Answer Answer::text(int status, std::string_view content_type, std::string body) {
  http::Response response(status, {}, std::move(body));
  response.headers.set("Content-Type", content_type);
  return Answer(std::move(response));
}

Answer Answer::stream(int status, http::Headers headers, Body body) {
  Answer answer(Kind::Stream);
  answer.response.status = status;
  answer.response.headers = std::move(headers);
  answer.body = std::move(body);
  return answer;
}

Answer Answer::upgrade(int status, std::string head, Body body) {
  Answer answer(Kind::Upgrade);
  answer.response.status = status;
  answer.response.body = std::move(head);
  answer.body = std::move(body);
  return answer;
}

void Answer::record_in(audit::Context& context) const {
  if (recorded_status != nullptr) context.set_response_status(*recorded_status);
  if (context.wants_response_object()) {
    if (!recorded_object.empty()) {
      context.log_response_object(recorded_object);
    } else if (recorded_status != nullptr) {
      std::string json;
      audit::append_json(json, *recorded_status);
      context.log_response_object(RawJson::trusted(std::move(json)));
    }
  }
  // After the Status, because the code that is sent overrides a Status' own.
  if (kind != Kind::None) context.set_response_code(response.status);
}

boost::asio::awaitable<Answer> ready(Answer answer) { co_return std::move(answer); }

Answer status_answer(const RequestScope& scope, audit::Status status, http::Headers headers) {
  std::string json;
  audit::append_json(json, status);
  const auto negotiated = negotiate_serialization(scope.request().headers);
  Serialization as = negotiated.value_or(Serialization());
  std::string body = negotiated ? serialized(scope, as, json) : indented(json);
  headers.set("Content-Type", media_type(as.format));
  Answer answer(http::Response(status.code, std::move(headers), std::move(body)));
  if (negotiated) answer.recorded_status = std::make_unique<const audit::Status>(std::move(status));
  return answer;
}

Answer internal_error(const RequestScope& scope, std::string_view text) {
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
  return Answer(http::Response(500, std::move(headers),
                               "Internal Server Error: " + uri + ": " + std::string(text) + "\n"));
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
