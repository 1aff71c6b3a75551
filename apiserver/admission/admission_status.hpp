#pragma once

#include <string_view>

#include "audit/status.hpp"

namespace kaudit::apiserver::admission {

/// A webhook's refusal as the answer to the request: `admission webhook "NAME" denied the request:
/// WHY`. (plugin/webhook/errors ToStatusErr)
audit::Status denied_by(std::string_view webhook, audit::Status result);

}  // namespace kaudit::apiserver::admission
