#include "base/text/quote.hpp"

#include <algorithm>

#include "base/text/hex.hpp"
#include "base/text/unicode.hpp"

namespace kaudit {
namespace {

void append_escape(std::string& out, char kind, char32_t value, unsigned digits) {
  out += '\\';
  out += kind;
  for (unsigned shift = 4 * digits; shift > 0; shift -= 4) {
    out += kLowerHex[(value >> (shift - 4)) & 0xFU];
  }
}

/// The letter after the backslash of a control character that has one, else 0.
constexpr char escape_letter(char32_t code_point) noexcept {
  switch (code_point) {
    case U'\a':
      return 'a';
    case U'\b':
      return 'b';
    case U'\f':
      return 'f';
    case U'\n':
      return 'n';
    case U'\r':
      return 'r';
    case U'\t':
      return 't';
    case U'\v':
      return 'v';
    default:
      return 0;
  }
}

void append_unprintable(std::string& out, char32_t code_point) {
  if (const char letter = escape_letter(code_point); letter != 0) {
    out += '\\';
    out += letter;
  } else if (code_point < 0x80) {
    append_escape(out, 'x', code_point, 2);
  } else if (code_point < 0x10000) {
    append_escape(out, 'u', code_point, 4);
  } else {
    append_escape(out, 'U', code_point, 8);
  }
}

constexpr bool is_plain(char c) noexcept { return c >= ' ' && c < '\x7f' && c != '"' && c != '\\'; }

}  // namespace

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    std::size_t plain = 0;
    while (plain < text.size() && is_plain(text[plain])) ++plain;
    out.append(text.substr(0, plain));
    text.remove_prefix(plain);
    if (text.empty()) break;

    const Rune rune = decode_rune(text);
    if (!rune.valid) {
      append_escape(out, 'x', static_cast<unsigned char>(text.front()), 2);
    } else if (rune.code_point == U'"' || rune.code_point == U'\\') {
      out += '\\';
      out += text.front();
    } else if (is_printable(rune.code_point)) {
      out.append(text.substr(0, rune.size));
    } else {
      append_unprintable(out, rune.code_point);
    }
    text.remove_prefix(rune.size);
  }
  out += '"';
}

std::string go_quoted(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 2);
  append_quoted(out, text);
  return out;
}

std::string time_quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < ' ' || byte >= 0x80) {
      out += "\\x";
      append_hex(out, c);
      continue;
    }
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string shell_quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + "'";
}

std::string visible(std::string_view text, Layout layout) {
  const bool kept = layout == Layout::Kept;
  const auto plain = [kept](char c) {
    return (c >= 0x20 && c < 0x7f) || (kept && (c == '\n' || c == '\t'));
  };
  if (std::ranges::all_of(text, plain)) return std::string(text);
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const Rune rune = decode_rune(text);
    const bool lays_out = text.front() == '\n' || text.front() == '\t';
    if (!rune.valid) {
      append_escape(out, 'x', static_cast<unsigned char>(text.front()), 2);
    } else if (is_printable(rune.code_point) || (lays_out && kept)) {
      out.append(text.substr(0, rune.size));
    } else {
      append_unprintable(out, rune.code_point);
    }
    text.remove_prefix(rune.size);
  }
  return out;
}

std::string visible_json(std::string_view json) {
  std::string out;
  out.reserve(json.size());
  while (!json.empty()) {
    const Rune rune = decode_rune(json);
    if (!rune.valid) {
      out += "\\ufffd";
    } else if (rune.code_point < 0x7f || is_printable(rune.code_point)) {
      out.append(json.substr(0, rune.size));
    } else if (rune.code_point < 0x10000) {
      append_escape(out, 'u', rune.code_point, 4);
    } else {
      const char32_t above = rune.code_point - 0x10000;
      append_escape(out, 'u', 0xD800 + (above >> 10U), 4);
      append_escape(out, 'u', 0xDC00 + (above & 0x3FFU), 4);
    }
    json.remove_prefix(rune.size);
  }
  return out;
}

}  // namespace kaudit
