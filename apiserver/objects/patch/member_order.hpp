#pragma once

#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::objects::patch {

/// Members by name on every level, as Go writes maps.
void sort_all_members(Json& value);

}  // namespace kaudit::apiserver::objects::patch
