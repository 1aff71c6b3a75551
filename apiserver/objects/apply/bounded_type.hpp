#pragma once

#include "apiserver/objects/types/types.hpp"

namespace kaudit::apiserver::objects::apply {

/// Whether objects nest only as deep as their type does: it holds neither itself nor any JSON,
/// fieldsV1 aside.
bool is_bounded(const Type& type);

}  // namespace kaudit::apiserver::objects::apply
