#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace kaudit {

/// Standard base64 with padding. (RFC 4648; Go's base64.StdEncoding)
std::string base64_encode(std::string_view bytes);

/// Line breaks inside are skipped. Error: `illegal base64 data at input byte N`.
Result<std::string> base64_decode(std::string_view text);

/// The URL-safe form without padding. (RFC 4648 section 5; Go's base64.RawURLEncoding)
std::string base64url_encode(std::string_view bytes);

/// Error: as base64_decode(), also for padding, line breaks and the digits of the other form.
Result<std::string> base64url_decode(std::string_view text);

}  // namespace kaudit
