#pragma once

#include <algorithm>
#include <string_view>

#include "base/text/ascii.hpp"
#include "base/text/list.hpp"

namespace kaudit {

// The characters of Kubernetes' names; none of these looks at their length.

/// Lower-case letters and digits, hyphens within. (RFC 1123; apimachinery IsDNS1123Label)
inline bool is_dns_label(std::string_view text) noexcept {
  const auto fits_end = [](char c) { return is_lower(c) || is_digit(c); };
  return !text.empty() && fits_end(text.front()) && fits_end(text.back()) &&
         std::ranges::all_of(text, [&](char c) { return fits_end(c) || c == '-'; });
}

/// Such labels with dots between them. (apimachinery IsDNS1123Subdomain)
inline bool is_dns_subdomain(std::string_view text) noexcept {
  while (text.find('.') != std::string_view::npos) {
    if (!is_dns_label(take_until(text, '.'))) return false;
  }
  return is_dns_label(text);
}

/// What a label's value, and its key behind the slash, may consist of: letters and digits; hyphens,
/// underscores and dots within. (apimachinery IsQualifiedName)
inline bool is_label_name(std::string_view text) noexcept {
  return !text.empty() && is_alphanumeric(text.front()) && is_alphanumeric(text.back()) &&
         std::ranges::all_of(
             text, [](char c) { return is_alphanumeric(c) || c == '-' || c == '_' || c == '.'; });
}

}  // namespace kaudit
