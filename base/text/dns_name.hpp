#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "base/text/ascii.hpp"

namespace kaudit {

/// The bytes that a DNS label and a DNS subdomain may have. (apimachinery pkg/util/validation)
constexpr std::size_t kMaxDnsLabel = 63;
constexpr std::size_t kMaxDnsSubdomain = 253;

/// Lower-case letters, digits and dashes, none of these at an end; of any length.
inline bool has_dns_label_form(std::string_view text) noexcept {
  const auto plain = [](char c) { return is_lower(c) || is_digit(c); };
  return !text.empty() && plain(text.front()) && plain(text.back()) &&
         std::all_of(text.begin(), text.end(), [&](char c) { return plain(c) || c == '-'; });
}

/// Labels with dots between them; of any length.
inline bool has_dns_subdomain_form(std::string_view text) noexcept {
  for (;;) {
    const std::size_t dot = text.find('.');
    if (!has_dns_label_form(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

/// What a Namespace may be called (IsDNS1123Label).
inline bool is_dns_label(std::string_view text) noexcept {
  return text.size() <= kMaxDnsLabel && has_dns_label_form(text);
}

/// What most objects may be called (IsDNS1123Subdomain).
inline bool is_dns_subdomain(std::string_view text) noexcept {
  return text.size() <= kMaxDnsSubdomain && has_dns_subdomain_form(text);
}

/// What a label's value, and its key behind the slash, may consist of: letters and digits; hyphens,
/// underscores and dots within. (apimachinery IsQualifiedName)
inline bool is_label_name(std::string_view text) noexcept {
  return !text.empty() && is_alphanumeric(text.front()) && is_alphanumeric(text.back()) &&
         std::ranges::all_of(
             text, [](char c) { return is_alphanumeric(c) || c == '-' || c == '_' || c == '.'; });
}

}  // namespace kaudit
