#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace kaudit {

/// The parts of a URL, as far as net/url escapes them differently.
enum class UrlPart : std::uint8_t {
  Path,
  Query,  ///< a name or a value; `+` is a space
  UserInfo,
  Host,  ///< only bytes outside ASCII, and `%` itself, may be escaped
  Zone,  ///< of an IPv6 address; only what could be unescaped in a host, and space, may be
         ///< escaped
};

/// Undoes percent-coding (Go's net/url unescape). Error: an escape that is malformed or not allowed
/// in this part, or a byte that is not allowed in a host.
Result<std::string> unescape(std::string_view text, UrlPart part);

/// True when a path as sent needs no escaping: it has only what RFC 3986 allows in a path, and
/// escapes.
bool is_escaped_path(std::string_view path) noexcept;

/// Appends a path with every byte escaped that net/url escapes by itself.
void append_escaped_path(std::string& out, std::string_view path);

}  // namespace kaudit
