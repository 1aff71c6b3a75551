#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/text/ascii.hpp"
#include "base/text/trim.hpp"

namespace kaudit::http1 {

/// The small grammar that request heads and trailers share (RFC 9110 section 5, as lenient as Go's
/// net/http).

/// One or more of the characters a method or a header name may have.
bool is_token(std::string_view text) noexcept;
/// Whether one of ASCII's control characters is in it; of which a tab may not be one.
enum class Tab : std::uint8_t { IsControl, IsText };
bool has_control(std::string_view text, Tab tab) noexcept;
/// True when one of the values, each a comma-separated list, has the token.
bool has_token(const std::vector<std::string_view>& values, std::string_view token) noexcept;

/// `name: value` without its line end. `ok` is false for a line that no server may guess about: no
/// colon, no name, a name with other than token characters and spaces, a control character in the
/// value. (A name with a space in it is split all the same: only the whole head decides which
/// refusal it gets.)
struct HeaderLine {
  bool ok = false;
  std::string_view name;
  std::string_view value;
};
HeaderLine split_header_line(std::string_view line) noexcept;

}  // namespace kaudit::http1
