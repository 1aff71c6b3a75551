#pragma once

#include <string>
#include <string_view>

#include "audit/base/result.hpp"

namespace kaudit::apiserver::objects {

/// Standard base64 with padding. (RFC 4648; Go's base64.StdEncoding)
std::string base64_encode(std::string_view bytes);

/// Line breaks inside are skipped. Error: `illegal base64 data at input byte N`.
Result<std::string> base64_decode(std::string_view text);

}  // namespace kaudit::apiserver::objects
