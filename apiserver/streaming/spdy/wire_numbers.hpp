#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace kaudit::apiserver::streaming::spdy {

/// A big-endian number of `size` bytes, at most four; they must be there.
inline std::uint32_t number_at(std::string_view bytes, std::size_t offset, std::size_t size) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < size; ++i) {
    value = (value << 8U) | static_cast<std::uint8_t>(bytes[offset + i]);
  }
  return value;
}

inline void append_number(std::string& out, std::size_t value, std::size_t size) {
  for (std::size_t shift = 8 * size; shift > 0; shift -= 8) {
    out += static_cast<char>(static_cast<std::uint8_t>(value >> (shift - 8)));
  }
}

}  // namespace kaudit::apiserver::streaming::spdy
