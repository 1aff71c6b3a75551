#pragma once

#include "audit/event.hpp"
#include "base/result.hpp"

namespace kaudit::apiserver::authz {

/// What constrained impersonation asks of a user's extra: each key a lower-case `domain/path`, with
/// values that are not empty. Error: what a 403 says of it. (apiserver
/// pkg/endpoints/filters/impersonation validateExtra, apimachinery IsDomainPrefixedPath)
Result<void> check_extra(const audit::UserInfo::Extra& extra);

}  // namespace kaudit::apiserver::authz
