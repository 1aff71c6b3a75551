#pragma once

#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::objects::patch {

/// Drops the members that are null, on every level; elements of arrays stay. (In a patch null says
/// that a member must go; where there is none, nothing of it may be left.)
void drop_null_members(Json& value);

}  // namespace kaudit::apiserver::objects::patch
