#include "base/yaml/input_encoding.hpp"

namespace kaudit::yaml {
namespace {

constexpr char32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};

std::size_t width_of(unsigned char lead) noexcept {
  if (lead < 0x80) return 1;
  if ((lead & 0xE0U) == 0xC0U) return 2;
  if ((lead & 0xF0U) == 0xE0U) return 3;
  return (lead & 0xF8U) == 0xF0U ? 4 : 0;
}

}  // namespace

CodePoint decode_utf8(std::string_view bytes) noexcept {
  const auto lead = static_cast<unsigned char>(bytes.front());
  const std::size_t width = width_of(lead);
  const auto malformed = [](const char* why) { return CodePoint{0xFFFD, 1, why}; };
  if (width == 0) return malformed("invalid leading UTF-8 octet");
  if (bytes.size() < width) return malformed("incomplete UTF-8 octet sequence");
  char32_t c = width == 1 ? lead : lead & (0x7FU >> width);
  for (std::size_t i = 1; i < width; ++i) {
    const auto trail = static_cast<unsigned char>(bytes[i]);
    if ((trail & 0xC0U) != 0x80U) return malformed("invalid trailing UTF-8 octet");
    c = (c << 6U) | (trail & 0x3FU);
  }
  if (c < kSmallest[width]) return malformed("invalid length of a UTF-8 sequence");
  if ((c >= 0xD800 && c <= 0xDFFF) || c > 0x10FFFF) return malformed("invalid Unicode character");
  return {c, width, nullptr};
}

}  // namespace kaudit::yaml
