#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace kaudit::apiserver::objects {

/// The hash behind Type::find, for names of members. The generator chooses for each struct a seed
/// with which none of its names collide, so this is shared by the build machine and the program:
/// they must agree about the order of bytes.
inline std::uint32_t name_hash(std::string_view name, std::uint32_t seed) noexcept {
  const std::size_t size = name.size();
  const char* const text = name.data();
  std::uint64_t head = 0;
  std::uint64_t tail = 0;
  if (size >= 8) {
    std::memcpy(&head, text, 8);
    std::memcpy(&tail, text + size - 8, 8);
  } else if (size >= 4) {
    std::uint32_t half = 0;
    std::memcpy(&half, text, 4);
    head = half;
    std::memcpy(&half, text + size - 4, 4);
    tail = half;
  } else if (size > 0) {
    head = static_cast<unsigned char>(text[0]);
    tail = static_cast<unsigned char>(text[size / 2]) * 256U +
           static_cast<unsigned char>(text[size - 1]);
  }
  std::uint64_t hash = (head + seed) * 0x9E3779B97F4A7C15ULL;
  hash ^= hash >> 29U;
  hash = (hash + tail + size) * 0xC2B2AE3D27D4EB4FULL;
  return static_cast<std::uint32_t>(hash >> 32U);
}

}  // namespace kaudit::apiserver::objects
