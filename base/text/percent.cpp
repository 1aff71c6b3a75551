#include "base/text/percent.hpp"

#include <array>
#include <cstddef>

#include "base/text/hex.hpp"

namespace kaudit {
namespace {

constexpr std::size_t kEscapeLength = 3;

// What a byte is, as bits of one table.
constexpr std::uint8_t kPlainInPath = 1;    ///< net/url writes it as it is
constexpr std::uint8_t kAllowedInPath = 2;  ///< net/url leaves it alone where the client sent it
constexpr std::uint8_t kPlainInHost = 4;

constexpr auto kBytes = [] {
  constexpr std::string_view kUnreserved =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~";
  std::array<std::uint8_t, 256> table{};
  const auto mark = [&table](std::string_view bytes, unsigned bits) {
    for (const char c : bytes) {
      auto& entry = table[static_cast<unsigned char>(c)];
      entry = static_cast<std::uint8_t>(entry | bits);
    }
  };
  mark(kUnreserved, kPlainInPath | kAllowedInPath | kPlainInHost);
  mark("$&+,/:;=@", kPlainInPath | kAllowedInPath);
  mark("!'()*[]%", kAllowedInPath);
  mark("!$&'()*+,;=:[]<>\"", kPlainInHost);
  return table;
}();

bool is(char c, std::uint8_t bit) noexcept {
  return (kBytes[static_cast<unsigned char>(c)] & bit) != 0;
}

/// The byte that the escape at the front of `text` stands for; -1 when it is malformed.
int escaped_byte(std::string_view text) noexcept {
  if (text.size() < kEscapeLength) {
    return -1;
  }
  const int high = hex_value(text[1]);
  const int low = hex_value(text[2]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

bool may_be_escaped(int byte, UrlPart part) noexcept {
  switch (part) {
    case UrlPart::Path:
    case UrlPart::Query:
    case UrlPart::UserInfo:
      return true;
    case UrlPart::Host:
      return byte >= 0x80 || byte == '%';
    case UrlPart::Zone:
      return byte == '%' || byte == ' ' || is(static_cast<char>(byte), kPlainInHost);
  }
  return false;
}

bool may_be_plain(char c, UrlPart part) noexcept {
  const bool of_host = part == UrlPart::Host || part == UrlPart::Zone;
  return !of_host || static_cast<unsigned char>(c) >= 0x80 || is(c, kPlainInHost);
}

}  // namespace

Result<std::string> unescape(std::string_view text, UrlPart part) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '%') {
      const int byte = escaped_byte(text.substr(i));
      if (byte < 0 || !may_be_escaped(byte, part)) {
        return fail("invalid URL escape \"" + std::string(text.substr(i, kEscapeLength)) + "\"");
      }
      out += static_cast<char>(byte);
      i += kEscapeLength - 1;
    } else if (!may_be_plain(c, part)) {
      return fail(std::string("invalid character \"") + c + "\" in host name");
    } else {
      out += c == '+' && part == UrlPart::Query ? ' ' : c;
    }
  }
  return out;
}

bool is_escaped_path(std::string_view path) noexcept {
  unsigned common = kAllowedInPath;
  for (const char c : path) {
    common &= kBytes[static_cast<unsigned char>(c)];
  }
  return common != 0;
}

void append_escaped_path(std::string& out, std::string_view path) {
  for (const char c : path) {
    if (is(c, kPlainInPath)) {
      out += c;
      continue;
    }
    out += '%';
    append_hex(out, c, kUpperHex);
  }
}

}  // namespace kaudit
