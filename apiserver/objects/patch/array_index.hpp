#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace kaudit::apiserver::objects::patch {

/// A JSON Pointer's token as an index into an array of that size, which must exist; negative ones
/// count from the end (evanphx/json-patch). Error: the library's, strconv.Atoi's words included.
Result<std::size_t> existing_index(std::string_view token, std::size_t size);
/// The same as a place to insert at, up to the end; `-` is the end.
Result<std::size_t> insertion_index(std::string_view token, std::size_t size);

}  // namespace kaudit::apiserver::objects::patch
