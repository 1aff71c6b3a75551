#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace kaudit {

/// Reads RFC 3339 as Go's time.Parse does: an hour of one digit and a comma before the fraction are
/// fine, the fraction is checked and dropped. Seconds since 1970-01-01T00:00:00Z, or nothing when
/// it is not such a time.
std::optional<std::int64_t> parse_rfc3339(std::string_view text) noexcept;

}  // namespace kaudit
