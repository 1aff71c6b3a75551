#pragma once

#include <string_view>

namespace kaudit {

constexpr bool is_blank(char c) noexcept { return c == ' ' || c == '\t'; }

/// Without the white space at both ends, Unicode's included (Go's strings.TrimSpace).
std::string_view trim_space(std::string_view text) noexcept;

/// Without the spaces and tabs at the front, or at both ends: what HTTP calls optional white space.
std::string_view trim_blanks_left(std::string_view text) noexcept;
std::string_view trim_blanks(std::string_view text) noexcept;

/// Whether a line has nothing but ASCII white space.
bool is_blank_line(std::string_view line) noexcept;

}  // namespace kaudit
