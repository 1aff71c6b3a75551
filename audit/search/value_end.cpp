#include "audit/search/value_end.hpp"

#include <bit>
#include <cstddef>
#include <cstdint>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "base/text/byte_scan.hpp"

namespace kaudit::audit::search {

const char* pass_string(const char* at, const char* end) noexcept {
  for (;;) {
#if defined(__SSE2__)
    while (end - at >= 16) {
      const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
      const __m128i marks = _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')),
                                         _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
      const auto bits = static_cast<unsigned>(_mm_movemask_epi8(marks));
      if (bits != 0) {
        at += std::countr_zero(bits);
        break;
      }
      at += 16;
    }
#endif
    while (static_cast<std::size_t>(end - at) >= byte_scan::kWord) {
      const std::size_t plain =
          byte_scan::unmarked(byte_scan::mark_quote_or_backslash(byte_scan::load(at)));
      at += plain;
      if (plain < byte_scan::kWord) break;
    }
    while (at != end && *at != '"' && *at != '\\') ++at;
    if (at == end) return nullptr;
    if (*at == '"') return at + 1;
    if (end - at < 2) return nullptr;
    at += 2;
  }
}

namespace {

#if defined(__SSE2__)
/// One bit for each of 64 bytes.
struct Blocks {
  __m128i part[4];  // NOLINT(modernize-avoid-c-arrays): a std::array drops its alignment

  explicit Blocks(const char* at) noexcept {
    for (std::size_t i = 0; i < 4; ++i) {
      part[i] = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at + 16 * i));
    }
  }
  template <typename Test>
  std::uint64_t mask(const Test& test) const noexcept {
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      bits |=
          static_cast<std::uint64_t>(static_cast<std::uint32_t>(_mm_movemask_epi8(test(part[i]))))
          << (16 * i);
    }
    return bits;
  }
  std::uint64_t equal(char c) const noexcept {
    const __m128i wanted = _mm_set1_epi8(c);
    return mask([&](__m128i bytes) { return _mm_cmpeq_epi8(bytes, wanted); });
  }
  /// `[` and `{`, or `]` and `}`, differ in one bit.
  std::uint64_t equal_bracket(char brace) const noexcept {
    const __m128i wanted = _mm_set1_epi8(brace);
    const __m128i bit = _mm_set1_epi8(0x20);
    return mask([&](__m128i bytes) { return _mm_cmpeq_epi8(_mm_or_si128(bytes, bit), wanted); });
  }
};

/// How many bits are set. (std::popcount is a call where the processor is not known to have one.)
std::size_t count_bits(std::uint64_t bits) noexcept {
  bits -= (bits >> 1U) & 0x5555555555555555U;
  bits = (bits & 0x3333333333333333U) + ((bits >> 2U) & 0x3333333333333333U);
  bits = (bits + (bits >> 4U)) & 0x0f0f0f0f0f0f0f0fU;
  return static_cast<std::size_t>((bits * 0x0101010101010101U) >> 56U);
}

/// Each bit: whether an odd number of bits is set up to and with it.
std::uint64_t parity_below(std::uint64_t bits) noexcept {
  for (unsigned shift = 1; shift < 64; shift *= 2) bits ^= bits << shift;
  return bits;
}

/// The bytes that a backslash before them escapes. `carry` is whether the first one is.
std::uint64_t escaped_bytes(std::uint64_t backslashes, std::uint64_t& carry) noexcept {
  if (backslashes == 0) {
    const std::uint64_t escaped = carry;
    carry = 0;
    return escaped;
  }
  std::uint64_t escaped = 0;
  std::uint64_t left = backslashes;
  if (carry != 0) {
    escaped |= 1;
    left &= ~std::uint64_t{1};
  }
  carry = 0;
  while (left != 0) {
    const int at = std::countr_zero(left);
    if (at == 63) {
      carry = 1;
      break;
    }
    escaped |= std::uint64_t{2} << at;
    left &= ~(std::uint64_t{3} << at);
  }
  return escaped;
}

/// Passes an object or array 64 bytes at a time: brackets outside of strings are counted, and only
/// the block in which the depth may come to nothing is looked at closely. Leaves `at` where the
/// last whole block ended, with depth and string state for the rest.
const char* pass_blocks(const char*& at, const char* end, std::size_t& depth, bool& in_string,
                        bool& escaped_next) noexcept {
  std::uint64_t carry = escaped_next ? 1 : 0;
  std::uint64_t inside = in_string ? ~std::uint64_t{0} : 0;
  while (static_cast<std::size_t>(end - at) >= 64) {
    const Blocks blocks(at);
    const std::uint64_t escaped = escaped_bytes(blocks.equal('\\'), carry);
    const std::uint64_t quotes = blocks.equal('"') & ~escaped;
    const std::uint64_t strings = parity_below(quotes) ^ inside;
    inside = (strings >> 63) != 0 ? ~std::uint64_t{0} : 0;
    std::uint64_t opens = blocks.equal_bracket('{') & ~strings;
    std::uint64_t closes = blocks.equal_bracket('}') & ~strings;
    const auto closing = count_bits(closes);
    if (closing < depth) {
      depth = depth + count_bits(opens) - closing;
    } else {
      for (std::uint64_t both = opens | closes; both != 0; both &= both - 1) {
        const std::uint64_t lowest = both & (~both + 1);
        if ((opens & lowest) != 0) {
          ++depth;
        } else if (--depth == 0) {
          return at + std::countr_zero(lowest) + 1;
        }
      }
    }
    at += 64;
  }
  in_string = inside != 0;
  escaped_next = carry != 0;
  return nullptr;
}
#endif

/// From an opening bracket to the byte after the one that closes it; null without one. Which kind
/// of bracket closes which is not looked at.
const char* pass_brackets(const char* at, const char* end) noexcept {
  std::size_t depth = 0;
  bool in_string = false;
  bool escaped_next = false;
  if (at != end) {  // the opening one
    ++at;
    depth = 1;
  }
#if defined(__SSE2__)
  if (const char* const found = pass_blocks(at, end, depth, in_string, escaped_next)) return found;
#endif
  if (escaped_next && at != end) ++at;
  if (in_string) {
    at = pass_string(at, end);
    if (at == nullptr) return nullptr;
  }
  while (at != end) {
    switch (*at++) {
      case '"':
        at = pass_string(at, end);
        if (at == nullptr) return nullptr;
        break;
      case '{':
      case '[':
        ++depth;
        break;
      case '}':
      case ']':
        if (--depth == 0) return at;
        break;
      default:
        break;
    }
  }
  return nullptr;
}

}  // namespace

const char* pass_value(const char* at, const char* end) noexcept {
  if (at == end) return nullptr;
  switch (*at) {
    case '{':
    case '[':
      return pass_brackets(at, end);
    case '"':
      return pass_string(at + 1, end);
    case ',':
    case ':':
    case '}':
    case ']':
      return nullptr;
    default:
      break;
  }
  while (at != end && *at != ',' && *at != '}' && *at != ']' && !is_json_space(*at)) ++at;
  return at;
}

}  // namespace kaudit::audit::search
