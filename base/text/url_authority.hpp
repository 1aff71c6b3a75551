#pragma once

#include <string_view>

#include "base/result.hpp"

namespace kaudit {

/// Checks `[user[:password]@]host[:port]` of an absolute request-target as Go's net/url does;
/// nothing of it is used. `scheme` is in lower case.
Result<void> check_authority(std::string_view scheme, std::string_view authority);

}  // namespace kaudit
