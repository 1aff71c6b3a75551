#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kaudit::yaml {

/// Standard base64 with padding; line breaks are skipped (Go's base64.StdEncoding). Nothing when it
/// is malformed.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace kaudit::yaml
