#pragma once

#include "apiserver/api/call.hpp"
#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::api {

/// Whether a new Service can have the addresses that it has chosen, and has got those that it did
/// not; anything else always can. Error: 422, and 500 when a range is full. (kubernetes
/// pkg/registry/core/service/storage Allocators.allocIPs)
Expected<void> check_service_addresses(const Call& call, const objects::Json& object);

}  // namespace kaudit::apiserver::api
