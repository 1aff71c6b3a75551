#pragma once

#include "apiserver/objects/typed_value.hpp"
#include "apiserver/objects/types.hpp"

namespace kaudit::apiserver::objects {

/// What the decoders of single kinds do beyond defaults: a Namespace gets its name label, a
/// Secret's stringData becomes data.
void apply_kind_rules(const Type& type, Value& object, Arena& arena);

}  // namespace kaudit::apiserver::objects
