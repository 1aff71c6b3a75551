#pragma once

#include <string_view>

namespace kaudit::policy {

/// Whether Go's time.Parse takes the text for RFC 3339 (metadata's timestamps).
bool is_rfc3339(std::string_view text) noexcept;

}  // namespace kaudit::policy
