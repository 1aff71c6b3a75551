#include "base/uuid.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <random>

#include "base/text/hex.hpp"

namespace kaudit {
namespace {

constexpr std::uint64_t kVersionMask = 0xF000;
constexpr std::uint64_t kVersion4 = 0x4000;
constexpr std::uint64_t kVariantMask = std::uint64_t{0xC0} << 56U;
constexpr std::uint64_t kVariant = std::uint64_t{0x80} << 56U;
/// Bytes after which a hyphen stands.
constexpr bool ends_group(std::size_t byte) noexcept {
  return byte == 3 || byte == 5 || byte == 7 || byte == 9;
}

using Pair = std::array<char, 2>;

/// The two digits of each byte.
constexpr std::array<Pair, 256> pairs() noexcept {
  std::array<Pair, 256> pairs{};
  for (std::size_t byte = 0; byte < pairs.size(); ++byte) {
    pairs[byte] = {kLowerHex[byte >> 4U], kLowerHex[byte & 0xFU]};
  }
  return pairs;
}
constexpr std::array<Pair, 256> kPairs = pairs();

std::mt19937_64 seeded() {
  std::random_device device;
  std::seed_seq seed{device(), device(), device(), device()};
  return std::mt19937_64(seed);
}

}  // namespace

std::string random_uuid() {
  thread_local std::mt19937_64 random = seeded();
  const std::array<std::uint64_t, 2> halves{(random() & ~kVersionMask) | kVersion4,
                                            (random() & ~kVariantMask) | kVariant};
  std::string text(36, '-');
  char* to = text.data();
  for (std::size_t byte = 0; byte < 16; ++byte) {
    const std::uint64_t value = halves[byte / 8] >> (56 - byte % 8 * 8);
    std::memcpy(to, kPairs[value & 0xFFU].data(), sizeof(Pair));
    to += sizeof(Pair) + (ends_group(byte) ? 1 : 0);
  }
  return text;
}

}  // namespace kaudit
