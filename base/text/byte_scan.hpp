#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

// Finding the few bytes of a text that matter, eight at a time. A set of marks is a word whose
// lowest set bit (0x80 of a byte) shows the first byte that matters; what is above it is not to be
// trusted, as subtraction borrows upwards.
namespace kaudit::byte_scan {

inline constexpr std::size_t kWord = sizeof(std::uint64_t);
inline constexpr std::uint64_t kEachByte = 0x0101010101010101;
inline constexpr std::uint64_t kHighBits = kEachByte * 0x80;

/// The next eight bytes, the first in the lowest place.
inline std::uint64_t load(const char* from) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, from, kWord);
  if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
  return word;
}

inline void store(char* to, std::uint64_t word) noexcept {
  if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
  std::memcpy(to, &word, kWord);
}

/// How many bytes come before the first mark; kWord when there is none.
constexpr std::size_t unmarked(std::uint64_t marks) noexcept {
  return static_cast<std::size_t>(std::countr_zero(marks)) / 8;
}

/// Marks what encoding/json may have to escape or to look at: controls, `"`, `\`, `<`, `>`, `&` and
/// all that is not ASCII. Subtracting 1 from a byte below 0x80 sets its high bit only if it is 0;
/// `<` and `>`, and `"` and `&`, differ in one bit each and share a test.
constexpr std::uint64_t mark_special(std::uint64_t word) noexcept {
  const std::uint64_t angle = (word | (kEachByte * 0x02)) ^ (kEachByte * '>');
  const std::uint64_t quote_or_ampersand = (word | (kEachByte * 0x04)) ^ (kEachByte * '&');
  const std::uint64_t backslash = word ^ (kEachByte * '\\');
  return ((angle - kEachByte) | (quote_or_ampersand - kEachByte) | (backslash - kEachByte) |
          (word - kEachByte * 0x20) | word) &
         kHighBits;
}

/// Whether mark_special() marks the byte.
inline constexpr auto kSpecial = [] {
  std::array<bool, 256> table{};
  for (std::size_t byte = 0; byte < table.size(); ++byte) table[byte] = byte < 0x20 || byte >= 0x80;
  for (const unsigned char byte : {'"', '\\', '<', '>', '&'}) table[byte] = true;
  return table;
}();
constexpr bool is_special(char c) noexcept { return kSpecial[static_cast<unsigned char>(c)]; }

#if defined(__SSE2__)
/// Of sixteen bytes: bit n says whether the nth is_special(). As above, but what is not ASCII is
/// negative.
inline unsigned special_of_16(const char* from) noexcept {
  const auto each = [](char c) { return _mm_set1_epi8(c); };
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
  const __m128i special = _mm_or_si128(
      _mm_or_si128(_mm_cmplt_epi8(bytes, each(0x20)), _mm_cmpeq_epi8(bytes, each('\\'))),
      _mm_or_si128(_mm_cmpeq_epi8(_mm_or_si128(bytes, each(0x02)), each('>')),
                   _mm_cmpeq_epi8(_mm_or_si128(bytes, each(0x04)), each('&'))));
  return static_cast<unsigned>(_mm_movemask_epi8(special));
}
#endif

/// skip_plain() of sixteen bytes.
inline const char* skip_plain_16(const char* at) noexcept {
#if defined(__SSE2__)
  return at + std::countr_zero(special_of_16(at) | 1U << 16U);
#else
  const std::size_t plain = unmarked(mark_special(load(at)));
  return plain < kWord ? at + plain : at + kWord + unmarked(mark_special(load(at + kWord)));
#endif
}

/// skip_plain() where fewer than sixteen bytes are left; those from `begin` to `at` are plain.
inline const char* skip_plain_rest(const char* begin, const char* at, const char* end) noexcept {
  while (static_cast<std::size_t>(end - at) >= kWord) {
    const std::size_t plain = unmarked(mark_special(load(at)));
    at += plain;
    if (plain < kWord) return at;
  }
  if (static_cast<std::size_t>(end - begin) >= kWord) {
    if (at == end) return at;
    // The last eight, without those that are known to be plain, from which nothing is borrowed.
    const std::size_t known = kWord - static_cast<std::size_t>(end - at);
    const std::uint64_t marks = mark_special(load(end - kWord)) >> (8 * known);
    return marks == 0 ? end : at + unmarked(marks);
  }
  while (at != end && !is_special(*at)) ++at;
  return at;
}

/// Goes to the first byte that is_special(), or to `end`.
inline const char* skip_plain(const char* at, const char* end) noexcept {
  const char* const begin = at;
#if defined(__SSE2__)
  while (end - at >= 16) {
    const unsigned marks = special_of_16(at);
    if (marks != 0) return at + std::countr_zero(marks);
    at += 16;
  }
#endif
  return skip_plain_rest(begin, at, end);
}

/// Marks the quotes and backslashes, whatever the other bytes are.
constexpr std::uint64_t mark_quote_or_backslash(std::uint64_t word) noexcept {
  const std::uint64_t quote = word ^ (kEachByte * '"');
  const std::uint64_t backslash = word ^ (kEachByte * '\\');
  return (((quote - kEachByte) & ~quote) | ((backslash - kEachByte) & ~backslash)) & kHighBits;
}

static_assert(unmarked(mark_special(kEachByte * 'a')) == kWord);
static_assert(unmarked(mark_special(0x6161613c61616161)) == 4);

}  // namespace kaudit::byte_scan
