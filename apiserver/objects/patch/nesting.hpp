#pragma once

#include <cstddef>

#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::objects::patch {

/// True when containers nest more than `limit` deep: a patch may build what no body could bring.
bool nests_deeper_than(const Json& value, std::size_t limit);

}  // namespace kaudit::apiserver::objects::patch
