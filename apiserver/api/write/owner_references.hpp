#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::api {

/// When a repeated owner was found, as the warning says it.
enum class OwnersSeen : std::uint8_t { AsSent, AfterAdmission };

/// Keeps each ownerReference once. The warning for the client where one was there twice. (apiserver
/// pkg/endpoints/handlers dedupOwnerReferencesAndAddWarning)
std::optional<std::string> drop_repeated_owners(objects::Json& object, OwnersSeen seen);

}  // namespace kaudit::apiserver::api
