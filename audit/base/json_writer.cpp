#include "audit/base/json_writer.hpp"

#include <charconv>

#include "audit/base/json_text.hpp"
#include "audit/base/unicode.hpp"

namespace kaudit {
namespace {

constexpr char kHex[] = "0123456789abcdef";
constexpr std::size_t kWord = sizeof(std::uint64_t);
constexpr std::uint64_t kEachByte = 0x0101010101010101;
constexpr std::uint64_t kHighBits = kEachByte * 0x80;

/// ASCII that is written as it is.
constexpr bool is_plain(unsigned char byte) noexcept {
  return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\' && byte != '<' && byte != '>' &&
         byte != '&';
}

constexpr auto kPlain = [] {
  std::array<bool, 256> table{};
  for (unsigned byte = 0; byte < table.size(); ++byte) {
    table[byte] = is_plain(static_cast<unsigned char>(byte));
  }
  return table;
}();

/// is_plain() of eight bytes at once. Subtracting 1 from a byte below 0x80 sets its high bit only
/// if it is 0 (a borrow from below comes from such a byte too); `<` and `>`, and `"` and `&`,
/// differ in one bit and share a test.
constexpr bool all_plain(std::uint64_t word) noexcept {
  const std::uint64_t angle = (word | (kEachByte * 0x02)) ^ (kEachByte * '>');
  const std::uint64_t quote_or_ampersand = (word | (kEachByte * 0x04)) ^ (kEachByte * '&');
  const std::uint64_t backslash = word ^ (kEachByte * '\\');
  const std::uint64_t marks = (angle - kEachByte) | (quote_or_ampersand - kEachByte) |
                              (backslash - kEachByte) | (word - kEachByte * 0x20) | word;
  return (marks & kHighBits) == 0;
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

void JsonWriter::raw(std::string_view json) {
  if (json.size() > kCapacity - used_) {
    flush();
    if (json.size() > kCapacity / 2) {
      out_.append(json);
      return;
    }
  }
  std::memcpy(buffer_.data() + used_, json.data(), json.size());
  used_ += json.size();
}

void JsonWriter::string(std::string_view text) {
  literal("\"");
  const char* from = text.data();
  const char* const end = from + text.size();
  while ((from = copy_plain(from, end)) != end) from = copy_escaped(from, end);
  literal("\"");
}

void JsonWriter::integer(std::int64_t value) {
  make_room(20);  // the longest, with its sign
  char* const begin = buffer_.data() + used_;
  used_ +=
      static_cast<std::size_t>(std::to_chars(begin, buffer_.data() + kCapacity, value).ptr - begin);
}

/// Copies the run of plain bytes at `from` and returns where it ends.
const char* JsonWriter::copy_plain(const char* from, const char* end) {
  while (static_cast<std::size_t>(end - from) >= kWord) {
    std::uint64_t word = 0;
    std::memcpy(&word, from, kWord);
    if (!all_plain(word)) break;
    make_room(kWord);
    std::memcpy(buffer_.data() + used_, &word, kWord);
    used_ += kWord;
    from += kWord;
  }
  while (from != end && kPlain[static_cast<unsigned char>(*from)]) {
    make_room(1);
    buffer_[used_++] = *from++;
  }
  return from;
}

/// Writes the one character at `from`, which is not plain, and returns where it ends.
const char* JsonWriter::copy_escaped(const char* from, const char* end) {
  if (const char letter = escape_letter(*from); letter != 0) {
    const char escape[] = {'\\', letter};
    raw({escape, sizeof escape});
    return from + 1;
  }
  const std::string_view rest(from, static_cast<std::size_t>(end - from));
  const Rune rune = decode_rune(rest);
  const bool line_separator = rune.code_point == 0x2028 || rune.code_point == 0x2029;
  if (rune.valid && rune.code_point >= 0x80 && !line_separator) {
    raw(rest.substr(0, rune.size));
  } else {
    const auto digit = [&](unsigned shift) { return kHex[(rune.code_point >> shift) & 0xFU]; };
    const char escape[] = {'\\', 'u', digit(12), digit(8), digit(4), digit(0)};
    raw({escape, sizeof escape});
  }
  return from + rune.size;
}

}  // namespace kaudit
