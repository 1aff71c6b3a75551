#pragma once

#include <string_view>

#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::objects {

/// The item of `status.conditions` of that type; null when there is none.
const Json* find_condition(const Json& object, std::string_view type);
Json* find_condition(Json& object, std::string_view type);
/// Whether it is there, with the status True.
bool condition_is_true(const Json& object, std::string_view type);

}  // namespace kaudit::apiserver::objects
