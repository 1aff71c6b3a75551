#include "apiserver/api/warnings.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string_view>

#include "base/text/unicode.hpp"

namespace kaudit::apiserver::api {
namespace {

constexpr std::size_t kMostCharacters = 4 * 1024;
constexpr std::size_t kMostOfEach = 256;  // where all of them are too many

std::size_t characters_of(std::string_view text) {
  // Each character has one byte that continues no other.
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

std::string_view first_characters(std::string_view text, std::size_t count) {
  std::size_t at = 0;
  for (; count > 0 && at < text.size(); --count) at += decode_rune(text.substr(at)).size;
  return text.substr(0, at);
}

// Nothing for what no header may hold.
std::optional<std::string> header_value(std::string_view text) {
  std::string value = "299 - \"";
  for (std::size_t at = 0; at < text.size();) {
    const Rune rune = decode_rune(text.substr(at));
    const bool is_control =
        rune.code_point < 0x20 || (rune.code_point >= 0x7F && rune.code_point < 0xA0);
    if (!rune.valid || is_control) return std::nullopt;
    if (text[at] == '"' || text[at] == '\\') value += '\\';
    value += text.substr(at, rune.size);
    at += rune.size;
  }
  return value + '"';
}

}  // namespace

void add_warnings(http::Headers& headers, const std::vector<std::string>& texts) {
  std::size_t all = 0;
  for (const std::string& text : texts) all += characters_of(text);
  const bool cut = all > kMostCharacters;
  std::size_t told = 0;
  for (const std::string& text : texts) {
    if (cut && told >= kMostCharacters) return;
    const std::string_view part =
        cut ? first_characters(text, kMostOfEach) : std::string_view(text);
    const auto value = header_value(part);
    if (!value) continue;
    const auto there = headers.all("Warning");
    if (std::find(there.begin(), there.end(), *value) != there.end()) continue;
    headers.add("Warning", *value);
    told += characters_of(part);
  }
}

}  // namespace kaudit::apiserver::api
