#include "base/json/json_string.hpp"

#include "base/text/byte_scan.hpp"
#include "base/text/hex.hpp"
#include "base/text/unicode.hpp"

namespace kaudit {
namespace {

constexpr bool is_high_surrogate(char32_t unit) noexcept { return unit >= 0xD800 && unit < 0xDC00; }
constexpr bool is_low_surrogate(char32_t unit) noexcept { return unit >= 0xDC00 && unit < 0xE000; }

/// The code unit of `\uXXXX` at the start of `text`; 0, which is not a surrogate, when something
/// else stands there.
char32_t code_unit(std::string_view text) noexcept {
  if (text.size() < 6 || text[0] != '\\' || text[1] != 'u') return 0;
  char32_t unit = 0;
  for (std::size_t i = 2; i < 6; ++i) unit = unit << 4U | static_cast<char32_t>(hex_value(text[i]));
  return unit;
}

/// Decodes the escape at the start of `raw` and returns what follows it.
std::string_view decode_escape(std::string& out, std::string_view raw) {
  static constexpr std::string_view kLetters = "bfnrt";
  static constexpr std::string_view kMeanings = "\b\f\n\r\t";
  if (raw.size() < 2) return {};
  if (raw[1] != 'u') {
    const std::size_t letter = kLetters.find(raw[1]);
    out += letter == std::string_view::npos ? raw[1] : kMeanings[letter];
    return raw.substr(2);
  }
  if (raw.size() < 6) return {};
  const char32_t unit = code_unit(raw);
  const char32_t second = is_high_surrogate(unit) ? code_unit(raw.substr(6)) : 0;
  if (is_low_surrogate(second)) {
    append_utf8(out, 0x10000 + ((unit - 0xD800) << 10U) + (second - 0xDC00));
    return raw.substr(12);
  }
  append_utf8(out, unit);
  return raw.substr(6);
}

}  // namespace

void decode_json_string(std::string& out, std::string_view raw) {
  while (!raw.empty()) {
    const char* const plain_end = byte_scan::skip_plain(raw.data(), raw.data() + raw.size());
    const auto plain = static_cast<std::size_t>(plain_end - raw.data());
    out.append(raw, 0, plain);
    raw.remove_prefix(plain);
    if (raw.empty()) return;
    if (raw.front() == '\\') {
      raw = decode_escape(out, raw);
    } else {
      const Rune rune = decode_rune(raw);
      append_utf8(out, rune.code_point);
      raw.remove_prefix(rune.size);
    }
  }
}

bool is_plain_json_string(std::string_view raw) noexcept {
  const char* const end = raw.data() + raw.size();
  return byte_scan::skip_plain(raw.data(), end) == end;
}

}  // namespace kaudit
