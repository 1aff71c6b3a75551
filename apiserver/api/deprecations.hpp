#pragma once

#include <string>

#include "apiserver/objects/kinds.hpp"

namespace kaudit::apiserver::api {

/// What a client of a deprecated kind is warned with; empty for all others. (apiserver
/// pkg/endpoints/deprecation WarningMessage)
std::string deprecation_warning(const objects::Resource& resource);

}  // namespace kaudit::apiserver::api
