#pragma once

#include <string_view>

#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::objects {

/// Reads what Json::append_to() wrote, which is not checked again. Members called fieldsV1 that are
/// objects stay packed.
Json read_written(std::string_view text);

}  // namespace kaudit::apiserver::objects
