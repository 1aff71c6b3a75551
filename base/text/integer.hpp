#pragma once

#include <charconv>
#include <cstdint>
#include <string_view>

#include <tl/expected.hpp>

namespace kaudit {

enum class IntegerError : std::uint8_t { Syntax, Range };

/// A decimal integer with an optional sign, and nothing else (Go's strconv.ParseInt of base 10 and
/// 64 bits).
inline tl::expected<std::int64_t, IntegerError> parse_int64(std::string_view text) noexcept {
  // std::from_chars knows the minus sign only.
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) {
      return tl::unexpected(IntegerError::Syntax);
    }
  }
  std::int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error == std::errc::result_out_of_range) {
    return tl::unexpected(IntegerError::Range);
  }
  if (stop != end || error != std::errc()) {
    return tl::unexpected(IntegerError::Syntax);
  }
  return value;
}

}  // namespace kaudit
