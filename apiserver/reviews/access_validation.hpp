#pragma once

#include <cstdint>
#include <vector>

#include "apiserver/api/status_errors.hpp"
#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::reviews {

/// Which of the three kinds of access review.
enum class AccessReview : std::uint8_t { Self, Subject, Local };

/// All that is wrong with an access review, in the real server's words. (kubernetes
/// pkg/apis/authorization/validation)
std::vector<api::FieldError> access_errors(const objects::Json& review, AccessReview kind);

}  // namespace kaudit::apiserver::reviews
