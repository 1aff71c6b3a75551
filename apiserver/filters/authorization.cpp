#include <chrono>
#include <string>
#include <utility>

#include "apiserver/answer.hpp"
#include "apiserver/authz/forbidden.hpp"
#include "apiserver/filters/event_recording.hpp"
#include "apiserver/filters/filters.hpp"

namespace kaudit::apiserver::filters {
namespace {

constexpr std::string_view kDecisionKey = "authorization.k8s.io/decision";
constexpr std::string_view kReasonKey = "authorization.k8s.io/reason";

void annotate(RequestScope& scope, std::string_view key, std::string_view value) {
  if (scope.audit != nullptr) scope.audit->annotate(key, value);
}

Answer refuse(RequestScope& scope, const std::string& reason) {
  annotate(scope, kDecisionKey, "forbid");
  annotate(scope, kReasonKey, reason);
  http::Headers headers;
  headers.set("X-Content-Type-Options", "nosniff");
  return status_answer(scope, authz::forbidden(attributes_of(scope, &*scope.user), reason),
                       std::move(headers));
}

}  // namespace

awaitable<Answer> authorization(RequestScope& scope, Next next) {
  const auto start = std::chrono::steady_clock::now();
  const authz::Authorization answer =
      next.services().authorizer->authorize(attributes_of(scope, &*scope.user));
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
