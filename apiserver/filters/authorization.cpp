#include <chrono>
#include <string>
#include <utility>

#include "apiserver/answer.hpp"
#include "apiserver/filters/event_recording.hpp"
#include "apiserver/filters/filters.hpp"
#include "base/text/quote.hpp"

namespace kaudit::apiserver::filters {
namespace {

constexpr std::string_view kDecisionKey = "authorization.k8s.io/decision";
constexpr std::string_view kReasonKey = "authorization.k8s.io/reason";

/// `deployments.apps "dep"`, `configmaps`: the resource as refusals name it.
std::string subject(const request::RequestInfo& info) {
  std::string text = info.resource;
  if (!info.api_group.empty()) text += "." + info.api_group;
  if (!info.name.empty()) text += " " + go_quoted(info.name);
  return text;
}

/// What the user may not do, in Kubernetes' words. (apiserver
/// pkg/endpoints/handlers/responsewriters Forbidden)
std::string forbidden_text(const RequestScope& scope) {
  const request::RequestInfo& info = scope.info;
  const std::string user = "User " + go_quoted(scope.user.username) + " cannot " + info.verb;
  if (!info.is_resource_request) return user + " path " + go_quoted(info.path);
  std::string resource = info.resource;
  if (!info.subresource.empty()) resource += "/" + info.subresource;
  std::string text =
      user + " resource " + go_quoted(resource) + " in API group " + go_quoted(info.api_group);
  return text +
         (info.ns.empty() ? " at the cluster scope" : " in the namespace " + go_quoted(info.ns));
}

audit::Status forbidden(const RequestScope& scope, const std::string& reason) {
  const request::RequestInfo& info = scope.info;
  std::string text =
      (info.is_resource_request ? subject(info) + " is forbidden: " : "forbidden: ") +
      forbidden_text(scope);
  if (!reason.empty()) text += ": " + reason;
  audit::Status status = failure(403, "Forbidden", text);
  audit::StatusDetails& details = status.details.emplace();
  if (info.is_resource_request) {
    details.name = info.name;
    details.group = info.api_group;
    details.kind = info.resource;
  }
  return status;
}

void annotate(RequestScope& scope, std::string_view key, std::string_view value) {
  if (scope.audit != nullptr) scope.audit->annotate(key, value);
}

Answer refuse(RequestScope& scope, const std::string& reason) {
  annotate(scope, kDecisionKey, "forbid");
  annotate(scope, kReasonKey, reason);
  http::Headers headers;
  headers.set("X-Content-Type-Options", "nosniff");
  return status_answer(forbidden(scope, reason), std::move(headers));
}

}  // namespace

awaitable<Answer> authorization(RequestScope& scope, Next next) {
  const auto start = std::chrono::steady_clock::now();
  const authz::Authorization answer =
      next.services().authorizer->authorize(attributes_of(scope, &scope.user));
  scope.latencies.authorization = std::chrono::steady_clock::now() - start;
  switch (answer.decision) {
    case authz::Authorization::Decision::Allow:
      annotate(scope, kDecisionKey, "allow");
      annotate(scope, kReasonKey, answer.reason);
      return next(scope);
    case authz::Authorization::Decision::Error:
      annotate(scope, kReasonKey, "internal error");
      return ready(internal_error(scope, answer.reason));
    case authz::Authorization::Decision::Deny:
    case authz::Authorization::Decision::NoOpinion:
      break;
  }
  return ready(refuse(scope, answer.reason));
}

}  // namespace kaudit::apiserver::filters
