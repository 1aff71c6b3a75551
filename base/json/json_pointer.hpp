#pragma once

#include <string>
#include <string_view>

namespace kaudit {

/// What a token of a JSON pointer stands for: `~1` is /, `~0` is ~. (RFC 6901)
std::string unescaped_token(std::string_view token);

}  // namespace kaudit
