#pragma once

#include "apiserver/objects/defaults/defaults_table.hpp"
#include "apiserver/objects/types/typed_members.hpp"

namespace kaudit::apiserver::objects {

/// Applies one of the rules that are code to the struct that it is about.
void apply_function(DefaultFunction function, const TypedRef& object, Arena& arena);

}  // namespace kaudit::apiserver::objects
