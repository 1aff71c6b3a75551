#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kaudit {

/// Appends the text of a JSON string as UTF-8. `raw` is what stands between its quotes, with valid
/// escapes (JsonScanner). Bytes that are not UTF-8, and surrogates without their other half, become
/// U+FFFD each. (encoding/json)
void decode_json_string(std::string& out, std::string_view raw);

/// Whether `raw` is its own text: ASCII without escapes. False for texts with `<`, `>` or `&`, too,
/// which compact JSON writes as escapes.
bool is_plain_json_string(std::string_view raw) noexcept;

/// The text of a valid JSON value that is a string without escapes; nullopt for all others.
inline std::optional<std::string_view> unescaped_json_text(std::string_view json) noexcept {
  if (!json.starts_with('"') || json.find('\\') != std::string_view::npos) return std::nullopt;
  return json.substr(1, json.size() - 2);
}

}  // namespace kaudit
