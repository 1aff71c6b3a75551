#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

namespace kaudit::apiserver::objects {

/// Which names an object has, a bit of 32 for each: a name whose bit is not set is not there. Most
/// members that rules ask for are not.
using NameBits = std::uint32_t;

/// Of an object of which nothing is known.
inline constexpr NameBits kAnyName = ~NameBits{0};

/// The bit of a name with those eight first bytes, zeros behind a shorter one.
constexpr NameBits name_bit(std::uint64_t first_bytes, std::size_t size) noexcept {
  constexpr std::uint64_t kSpread = 0x9E3779B97F4A7C15;
  return NameBits{1} << (((first_bytes ^ size * kSpread) * kSpread) >> 59U);
}

// Inlined always: of a literal the bit is left.
[[gnu::always_inline]] constexpr NameBits name_bit(std::string_view name) noexcept {
  std::uint64_t first = 0;
  const std::size_t count = name.size() < 8 ? name.size() : 8;
  if (!std::is_constant_evaluated() && count == 8) {
    std::memcpy(&first, name.data(), 8);
    return name_bit(first, name.size());
  }
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t from_low = std::endian::native == std::endian::little ? i : 7 - i;
    first |= std::uint64_t{static_cast<unsigned char>(name[i])} << (8 * from_low);
  }
  return name_bit(first, name.size());
}

}  // namespace kaudit::apiserver::objects
