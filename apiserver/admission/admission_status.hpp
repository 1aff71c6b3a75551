#pragma once

#include <string_view>

#include "audit/status.hpp"

namespace kaudit::apiserver::admission {

/// `Internal error occurred: WHY`, 500. (apimachinery errors.NewInternalError)
audit::Status internal_error(std::string_view why);

/// A webhook's refusal as the answer to the request: `admission webhook "NAME" denied the request:
/// WHY`. (plugin/webhook/errors ToStatusErr)
audit::Status denied_by(std::string_view webhook, audit::Status result);

}  // namespace kaudit::apiserver::admission
