#pragma once

#include "apiserver/objects/types/typed_value.hpp"
#include "apiserver/objects/types/types.hpp"

namespace kaudit::apiserver::objects {

/// Fills in what a real server's decoder fills in: the rules of defaults.json whose stage is
/// `decode`. The object is of that type and set.
void apply_defaults(const Type& type, Value& object, Arena& arena);

/// Whether there are any for objects of that type, or for what they hold.
bool has_defaults(const Type& type) noexcept;

}  // namespace kaudit::apiserver::objects
