#pragma once

#include "apiserver/objects/codec.hpp"
#include "apiserver/objects/json.hpp"

namespace kaudit::apiserver::objects {

/// What a real server's decoder does to a kind before anybody sees the object, audit included: a
/// Namespace carries its name as a label; a Secret's stringData is folded into data, and its type
/// is Opaque unless it says otherwise.
void apply_decoding_rules(TypeMeta type, Json& object);

}  // namespace kaudit::apiserver::objects
