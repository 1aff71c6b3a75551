#pragma once

#include <cstdint>
#include <optional>

#include "apiserver/http/message.hpp"
#include "audit/event.hpp"
#include "base/result.hpp"

namespace kaudit::apiserver::identity {

/// Which of kube-apiserver's two filters reads the headers: they read the same and word what is
/// wrong differently (feature gate ConstrainedImpersonation).
enum class ImpersonationWording : std::uint8_t { Constrained, Legacy };

/// The user that a request asks to act for, as its headers Impersonate-User, -Group, -Uid and
/// -Extra-KEY say it; nothing is added. Nullopt: it asks for nobody. Error, the message of a 400:
/// the headers name no user but something else of one. (apiserver
/// pkg/endpoints/filters/impersonation processImpersonationHeaders, buildImpersonationRequests)
Result<std::optional<audit::UserInfo>> read_impersonation(const http::Headers& headers,
                                                          ImpersonationWording wording);

/// Takes them away: nobody behind the filter is to behave differently for them.
void remove_impersonation(http::Headers& headers);

}  // namespace kaudit::apiserver::identity
