#include "apiserver/testapi/fault_answers.hpp"

#include <string>
#include <utility>

#include "base/text/list.hpp"

namespace kaudit::apiserver::testapi {
namespace {

struct Reason {
  int code;
  std::string_view reason;
};

// metav1.StatusReason
constexpr Reason kReasons[] = {
    {400, "BadRequest"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "NotFound"},
    {405, "MethodNotAllowed"},
    {406, "NotAcceptable"},
    {409, "Conflict"},
    {410, "Expired"},
    {413, "RequestEntityTooLarge"},
    {415, "UnsupportedMediaType"},
    {422, "Invalid"},
    {429, "TooManyRequests"},
    {500, "InternalError"},
    {503, "ServiceUnavailable"},
    {504, "Timeout"},
};

std::string_view reason_of(int code) noexcept {
  for (const Reason& one : kReasons) {
    if (one.code == code) return one.reason;
  }
  return "";
}

}  // namespace

Answer fault_status(const RequestScope& scope, const FaultRules::Hit& hit) {
  const FaultAction& action = hit.action;
  audit::Status status = failure(
      action.status, action.reason.empty() ? reason_of(action.status) : action.reason,
      action.message.empty() ? "fault " + hit.id + " answers this request" : action.message);
  audit::StatusDetails& details = status.details.emplace();
  details.name = scope.info.name;
  details.group = scope.info.api_group;
  details.kind = scope.info.resource;
  http::Headers headers;
  if (action.retry_after) {
    details.retry_after_seconds = *action.retry_after;
    headers.set("Retry-After", std::to_string(*action.retry_after));
  }
  return status_answer(scope, std::move(status), std::move(headers));
}

Answer cut_before(RequestScope& scope) {
  if (scope.audit != nullptr) {
    audit::Status status;
    status.status = "Success";
    status.message = "Connection closed early";
    status.code = 200;
    scope.audit->set_response_status(status);
  }
  return Answer::cut();
}

void hold_version(RequestScope& scope, std::uint64_t version) {
  if (!scope.url.parameter("continue").empty()) return;
  const std::string& uri = scope.url.request_uri;
  std::string target = uri.substr(0, uri.find('?')) + "?";
  for (const std::string_view pair : split(scope.url.raw_query, '&')) {
    if (pair.empty() || pair.starts_with("resourceVersion")) continue;
    target.append(pair).append("&");
  }
  target += "resourceVersion=" + std::to_string(version) + "&resourceVersionMatch=Exact";
  auto url = request::Url::parse(scope.request().method, target);
  if (!url) return;
  scope.url = *std::move(url);
  // The same, whose texts stand in the new URL.
  scope.info = {};
  static_cast<void>(request::read_request_info(scope.request().method, scope.url, scope.info));
}

}  // namespace kaudit::apiserver::testapi
