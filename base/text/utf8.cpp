#include "base/text/byte_scan.hpp"
#include "base/text/unicode.hpp"

namespace kaudit {
namespace {

constexpr bool is_continuation(unsigned char byte) noexcept { return (byte & 0xC0U) == 0x80; }

/// How many bytes a sequence has that begins with `lead`, and which second bytes it allows: the
/// narrower ranges keep out overlong forms, surrogates and what is above U+10FFFF (Unicode, table
/// 3-7).
struct Sequence {
  std::uint8_t size;
  unsigned char second_low;
  unsigned char second_high;
};

constexpr Sequence sequence_of(unsigned char lead) noexcept {
  if (lead < 0xC2) return {0, 0, 0};
  if (lead < 0xE0) return {2, 0x80, 0xBF};
  if (lead == 0xE0) return {3, 0xA0, 0xBF};
  if (lead == 0xED) return {3, 0x80, 0x9F};
  if (lead < 0xF0) return {3, 0x80, 0xBF};
  if (lead == 0xF0) return {4, 0x90, 0xBF};
  if (lead < 0xF4) return {4, 0x80, 0xBF};
  if (lead == 0xF4) return {4, 0x80, 0x8F};
  return {0, 0, 0};
}

}  // namespace

Rune decode_rune(std::string_view text) noexcept {
  const auto at = [&](std::size_t index) { return static_cast<unsigned char>(text[index]); };
  const unsigned char lead = at(0);
  if (lead < 0x80) return {lead, 1, true};
  const Sequence sequence = sequence_of(lead);
  if (sequence.size == 0 || text.size() < sequence.size) return {};
  if (at(1) < sequence.second_low || at(1) > sequence.second_high) return {};
  char32_t code_point = lead & (0x7FU >> sequence.size);
  for (std::size_t i = 1; i < sequence.size; ++i) {
    if (!is_continuation(at(i))) return {};
    code_point = (code_point << 6U) | (at(i) & 0x3FU);
  }
  return {code_point, sequence.size, true};
}

void append_utf8(std::string& out, char32_t code_point) {
  const auto byte = [](char32_t bits) { return static_cast<char>(bits); };
  const auto continuation = [&](unsigned shift) {
    return byte(0x80U | ((code_point >> shift) & 0x3FU));
  };
  if (code_point > 0x10FFFF || (code_point >= 0xD800 && code_point <= 0xDFFF)) {
    code_point = kReplacement;
  }
  if (code_point < 0x80) {
    out += byte(code_point);
  } else if (code_point < 0x800) {
    out += {byte(0xC0U | (code_point >> 6U)), continuation(0)};
  } else if (code_point < 0x10000) {
    out += {byte(0xE0U | (code_point >> 12U)), continuation(6), continuation(0)};
  } else {
    out += {byte(0xF0U | (code_point >> 18U)), continuation(12), continuation(6), continuation(0)};
  }
}

std::size_t find_malformed(std::string_view text) noexcept {
  for (std::size_t at = 0; at < text.size();) {
    // Nearly all text is ASCII: a word of it at a time.
    if (text.size() - at >= byte_scan::kWord &&
        (byte_scan::load(text.data() + at) & byte_scan::kHighBits) == 0) {
      at += byte_scan::kWord;
      continue;
    }
    const Rune rune = decode_rune(text.substr(at));
    if (!rune.valid) return at;
    at += rune.size;
  }
  return text.size();
}

bool is_utf8(std::string_view text) noexcept { return find_malformed(text) == text.size(); }

std::string valid_utf8(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t good = find_malformed(text);
    out.append(text.substr(0, good));
    text.remove_prefix(good);
    if (text.empty()) break;
    append_utf8(out, kReplacement);
    text.remove_prefix(1);
  }
  return out;
}

}  // namespace kaudit
