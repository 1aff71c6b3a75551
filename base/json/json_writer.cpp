#include "base/json/json_writer.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <string>

#include "base/json/json_text.hpp"
#include "base/text/byte_scan.hpp"
#include "base/text/hex.hpp"
#include "base/text/unicode.hpp"

namespace kaudit {
namespace {

using byte_scan::kWord;
using byte_scan::load;
using byte_scan::mark_special;
using byte_scan::store;
using byte_scan::unmarked;

/// Bytes of a string that are handled between two looks at the room that is left.
constexpr std::size_t kPiece = 256;

/// Copies bytes up to the first that is not plain, and returns how many. More of the text may be
/// written.
std::size_t copy_plain(char* to, std::string_view text) noexcept {
  std::size_t done = 0;
#if defined(__SSE2__)
  while (text.size() >= 16) {
    std::memcpy(to + done, text.data() + done, 16);
    const unsigned marks = byte_scan::special_of_16(text.data() + done);
    if (marks != 0) return done + static_cast<std::size_t>(std::countr_zero(marks));
    if (done + 16 == text.size()) return text.size();
    // The last one overlaps what is known to be plain.
    done = std::min(done + 16, text.size() - 16);
  }
#endif
  for (; text.size() - done >= kWord; done += kWord) {
    const std::uint64_t word = load(text.data() + done);
    store(to + done, word);
    if (const std::uint64_t marks = mark_special(word); marks != 0) return done + unmarked(marks);
  }
  if (done == text.size()) return done;
  if (text.size() >= kWord) {
    // The last whole word once more: its first bytes are known to be plain.
    const std::size_t last = text.size() - kWord;
    const std::uint64_t word = load(text.data() + last);
    store(to + last, word);
    return last + unmarked(mark_special(word));
  }
  constexpr std::size_t kHalf = kWord / 2;
  if (text.size() >= kHalf) {
    // Its first and its last half word, which may overlap: most names are that short.
    std::uint32_t first = 0;
    std::uint32_t last = 0;
    std::memcpy(&first, text.data(), kHalf);
    std::memcpy(&last, text.data() + text.size() - kHalf, kHalf);
    if (mark_special(first | std::uint64_t{last} << 32U) == 0) {
      std::memcpy(to, &first, kHalf);
      std::memcpy(to + text.size() - kHalf, &last, kHalf);
      return text.size();
    }
  }
  for (; done < text.size() && !byte_scan::is_special(text[done]); ++done) to[done] = text[done];
  return done;
}

/// The letter after the backslash of an ASCII character that has one, else 0.
constexpr char escape_letter(char c) noexcept {
  switch (c) {
    case '"':
    case '\\':
      return c;
    case '\b':
      return 'b';
    case '\f':
      return 'f';
    case '\n':
      return 'n';
    case '\r':
      return 'r';
    case '\t':
      return 't';
    default:
      return 0;
  }
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) { JsonWriter(out).string(text); }

void JsonWriter::string(std::string_view text) {
  std::size_t plain = 0;
  if (text.size() > kPiece) [[unlikely]] {
    literal("\"");
  } else {
    make_room(text.size() + kWord + 2);
    char* const to = next();
    to[0] = '"';
    plain = copy_plain(to + 1, text);
    if (plain == text.size()) [[likely]] {
      to[1 + plain] = '"';
      skip(plain + 2);
      return;
    }
    skip(1 + plain);
  }
  finish_string(text.substr(plain));
}

/// What is left of a string that is long or needs escapes. Apart, so that string() keeps its few
/// registers.
[[gnu::noinline]] void JsonWriter::finish_string(std::string_view text) {
  while (!text.empty()) {
    const std::string_view piece = text.substr(0, kPiece);
    make_room(piece.size() + kWord);
    const std::size_t plain = copy_plain(next(), piece);
    skip(plain);
    text.remove_prefix(plain);
    if (plain < piece.size()) text.remove_prefix(write_escaped(text));
  }
  literal("\"");
}

void JsonWriter::number(double value) { raw(json_number(value)); }

/// Writes the first character of the text, which is not plain, and returns how many bytes it takes.
std::size_t JsonWriter::write_escaped(std::string_view text) {
  if (const char letter = escape_letter(text.front()); letter != 0) {
    const char escape[] = {'\\', letter};
    raw({escape, sizeof escape});
    return 1;
  }
  const Rune rune = decode_rune(text);
  const bool line_separator = rune.code_point == 0x2028 || rune.code_point == 0x2029;
  if (rune.valid && rune.code_point >= 0x80 && !line_separator) {
    raw(text.substr(0, rune.size));
  } else {
    const auto digit = [&](unsigned shift) { return kLowerHex[(rune.code_point >> shift) & 0xFU]; };
    const char escape[] = {'\\', 'u', digit(12), digit(8), digit(4), digit(0)};
    raw({escape, sizeof escape});
  }
  return rune.size;
}

}  // namespace kaudit
