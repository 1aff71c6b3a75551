#include <utility>

#include "apiserver/answer.hpp"
#include "apiserver/authz/impersonator.hpp"
#include "apiserver/filters/event_recording.hpp"
#include "apiserver/filters/filters.hpp"
#include "apiserver/identity/impersonation_headers.hpp"

namespace kaudit::apiserver::filters {
namespace {

using authz::ConstrainedImpersonation;
using identity::ImpersonationWording;

Answer refuse(const RequestScope& scope, audit::Status status) {
  http::Headers headers;
  headers.set("X-Content-Type-Options", "nosniff");
  return status_answer(scope, std::move(status), std::move(headers));
}

}  // namespace

awaitable<Answer> impersonation(RequestScope& scope, Next next) {
  const authz::Impersonator& impersonator = *next.services().impersonator;
  const auto wanted = identity::read_impersonation(
      scope.request().headers, impersonator.constrained() == ConstrainedImpersonation::On
                                   ? ImpersonationWording::Constrained
                                   : ImpersonationWording::Legacy);
  if (!wanted) return ready(refuse(scope, failure(400, "BadRequest", wanted.error().message)));
  if (!*wanted) return next(scope);

  auto allowed = impersonator.act_as(**wanted, attributes_of(scope, &*scope.user));
  if (!allowed) return ready(refuse(scope, std::move(allowed.error())));
  if (scope.audit != nullptr) {
    scope.audit->set_impersonated_user(allowed->user, allowed->constraint);
  }
  scope.user = std::move(allowed->user);
  identity::remove_impersonation(scope.change_headers());
  return next(scope);
}

}  // namespace kaudit::apiserver::filters
