#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace kaudit::apiserver::objects {

// A message in protobuf that is small enough to be written from its beginning to its end; of one
// that nests deep, see BackwardBuffer.

inline void append_varint(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7U) out.push_back(static_cast<char>(value | 0x80U));
  out.push_back(static_cast<char>(value));
}

/// A field of wire type 2.
inline void append_field(std::string& out, std::uint32_t number, std::string_view bytes) {
  append_varint(out, number << 3U | 2U);
  append_varint(out, bytes.size());
  out += bytes;
}

}  // namespace kaudit::apiserver::objects
