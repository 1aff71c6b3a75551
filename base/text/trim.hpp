#pragma once

#include <string_view>

namespace kaudit {

/// Without the white space at both ends, Unicode's included (Go's strings.TrimSpace).
std::string_view trim_space(std::string_view text) noexcept;

}  // namespace kaudit
