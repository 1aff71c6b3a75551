#include "base/text/base64.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace kaudit {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr bool is_break(char c) { return c == '\n' || c == '\r'; }

}  // namespace

std::string base64_encode(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      group = group << 8U | (j < count ? static_cast<unsigned char>(bytes[i + j]) : 0U);
    }
    for (std::size_t j = 0; j < 4; ++j) {
      out += j <= count ? kAlphabet[(group >> (18 - 6 * j)) & 63U] : '=';
    }
  }
  return out;
}

Result<std::string> base64_decode(std::string_view text) {
  const auto bad = [](std::size_t position) {
    return fail("illegal base64 data at input byte " + std::to_string(position));
  };
  std::string out;
  out.reserve(text.size() / 4 * 3);
  std::uint32_t group = 0;
  std::size_t digits = 0;   // of the group under way
  std::size_t padding = 0;  // seen at the end
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_break(text[i])) continue;
    if (text[i] == '=') {
      if (digits + padding < 2 || digits + padding == 4 || (padding == 0 && digits == 0)) {
        return bad(i);
      }
      ++padding;
      continue;
    }
    const std::size_t value = kAlphabet.find(text[i]);
    if (value == std::string_view::npos || padding > 0) return bad(i);
    group = group << 6U | static_cast<std::uint32_t>(value);
    if (++digits == 4) {
      out += static_cast<char>(group >> 16U);
      out += static_cast<char>((group >> 8U) & 0xFFU);
      out += static_cast<char>(group & 0xFFU);
      digits = 0;
      group = 0;
    }
  }
  if (digits == 0 && padding == 0) return out;
  if (padding == 0) return bad(text.size() - digits);
  if (digits + padding != 4) return bad(text.size());
  out += static_cast<char>(group >> (digits == 3 ? 10U : 4U));
  if (digits == 3) out += static_cast<char>((group >> 2U) & 0xFFU);
  return out;
}

std::string base64url_encode(std::string_view bytes) {
  std::string text = base64_encode(bytes);
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  text.erase(std::find(text.begin(), text.end(), '='), text.end());
  return text;
}

Result<std::string> base64url_decode(std::string_view text) {
  const std::size_t foreign = text.find_first_of("+/=\r\n");
  if (foreign != std::string_view::npos) {
    return fail("illegal base64 data at input byte " + std::to_string(foreign));
  }
  std::string standard(text);
  std::replace(standard.begin(), standard.end(), '-', '+');
  std::replace(standard.begin(), standard.end(), '_', '/');
  standard.append((4 - standard.size() % 4) % 4, '=');
  return base64_decode(standard);
}

}  // namespace kaudit
