#include "audit/search/slices.hpp"

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "base/json/json_scanner.hpp"
#include "base/json/json_string.hpp"
#include "base/text/byte_scan.hpp"

namespace kaudit::audit::search {
namespace {

constexpr bool is_space(char c) noexcept { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

const char* pass_space(const char* at, const char* end) noexcept {
  while (at != end && is_space(*at)) ++at;
  return at;
}

/// From the byte after a string's opening quote to the one after the closing; null without one.
const char* pass_string(const char* at, const char* end) noexcept {
  for (;;) {
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
    const auto closing = static_cast<std::size_t>(std::popcount(closes));
    if (closing < depth) {
      depth = depth + static_cast<std::size_t>(std::popcount(opens)) - closing;
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

/// From a value's first byte to the one after its last; null when it does not end.
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
  while (at != end && *at != ',' && *at != '}' && *at != ']' && !is_space(*at)) ++at;
  return at;
}

std::string_view between(const char* from, const char* to) noexcept {
  return {from, static_cast<std::size_t>(to - from)};
}

/// The state of both walks: after the opening bracket, or at the end when there is none.
const char* begin_walk(std::string_view slice, char bracket) noexcept {
  if (slice.empty() || slice.front() != bracket) return slice.data() + slice.size();
  return slice.data() + 1;
}

/// Takes JSON without the white space between its tokens.
struct CompactWriter : JsonHandler {
  explicit CompactWriter(std::string& text, const char* from) : out(text), at(from) {}
  void space(const char* from, const char* to) {
    out.append(at, from);
    at = to;
  }
  std::string& out;
  const char* at;
};

}  // namespace

std::string_view first_value(std::string_view text) noexcept {
  const char* const end = text.data() + text.size();
  const char* const at = pass_space(text.data(), end);
  const char* const after = pass_value(at, end);
  return after == nullptr ? std::string_view() : between(at, after);
}

MemberWalk::MemberWalk(std::string_view object) noexcept
    : at_(begin_walk(object, '{')), end_(object.data() + object.size()) {}

bool MemberWalk::next() noexcept {
  at_ = pass_space(at_, end_);
  if (at_ == end_) return false;
  if (*at_ == '}') {
    complete_ = true;
    return false;
  }
  if (!first_) {
    if (*at_ != ',') return false;
    at_ = pass_space(at_ + 1, end_);
  }
  first_ = false;
  if (at_ == end_ || *at_ != '"') return false;
  const char* const name = at_ + 1;
  const char* const after_name = pass_string(name, end_);
  if (after_name == nullptr) return false;
  name_ = between(name, after_name - 1);
  at_ = pass_space(after_name, end_);
  if (at_ == end_ || *at_ != ':') return false;
  at_ = pass_space(at_ + 1, end_);
  const char* const after = pass_value(at_, end_);
  if (after == nullptr) {
    at_ = end_;
    return false;
  }
  value_ = between(at_, after);
  at_ = after;
  return true;
}

ElementWalk::ElementWalk(std::string_view array) noexcept
    : at_(begin_walk(array, '[')), end_(array.data() + array.size()) {}

bool ElementWalk::next() noexcept {
  at_ = pass_space(at_, end_);
  if (at_ == end_ || *at_ == ']') return false;
  if (!first_) {
    if (*at_ != ',') return false;
    at_ = pass_space(at_ + 1, end_);
  }
  first_ = false;
  const char* const after = pass_value(at_, end_);
  if (after == nullptr) {
    at_ = end_;
    return false;
  }
  value_ = between(at_, after);
  at_ = after;
  return true;
}

bool is_name(std::string_view raw, std::string_view text) {
  if (raw == text) return true;
  if (raw.find('\\') == std::string_view::npos) return false;
  std::string decoded;
  decode_json_string(decoded, raw);
  return decoded == text;
}

std::string_view member_of(std::string_view object, std::string_view name) {
  MemberWalk walk(object);
  while (walk.next()) {
    if (is_name(walk.name(), name)) return walk.value();
  }
  return {};
}

std::string_view element_of(std::string_view array, std::size_t index) noexcept {
  ElementWalk walk(array);
  for (std::size_t i = 0; walk.next(); ++i) {
    if (i == index) return walk.value();
  }
  return {};
}

void append_text(std::string& out, std::string_view slice) {
  if (is_string(slice)) {
    if (slice.size() >= 2) decode_json_string(out, slice.substr(1, slice.size() - 2));
    return;
  }
  CompactWriter writer(out, slice.data());
  JsonScanner<CompactWriter> scanner(slice, writer);
  scanner.run();
  out.append(writer.at, slice.data() + slice.size());
}

std::string text_of(std::string_view slice) {
  std::string text;
  append_text(text, slice);
  return text;
}

bool is_valid_json(std::string_view text) noexcept {
  JsonHandler nothing;
  return JsonScanner<JsonHandler>(text, nothing).run();
}

}  // namespace kaudit::audit::search
