#pragma once

#include <cstddef>

#include "apiserver/objects/apply/managers/managers.hpp"

namespace kaudit::apiserver::objects::apply {

/// Managers of updates that an object may have; beyond, the oldest become one, `ancient-changes`.
inline constexpr std::size_t kMaxUpdateManagers = 10;

/// (managedfields capManagersManager)
void cap_update_managers(Managers& managers);

}  // namespace kaudit::apiserver::objects::apply
