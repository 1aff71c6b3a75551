#pragma once

#include <string_view>

#include "audit/evaluator.hpp"
#include "audit/status.hpp"

namespace kaudit::apiserver::authz {

/// The 403 for what a user may not do: `configmaps "x" is forbidden: User "bob" cannot get resource
/// "configmaps" in API group "" in the namespace "default": REASON`. (apiserver
/// pkg/endpoints/handlers/responsewriters ForbiddenStatusError)
audit::Status forbidden(const audit::Attributes& asked, std::string_view reason);

}  // namespace kaudit::apiserver::authz
