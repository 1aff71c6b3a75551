#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kaudit::apiserver::streaming::testing {

/// A client's frame with a whole message: masked, of at most 64 KiB.
inline std::string client_frame(std::uint8_t opcode, std::string_view payload) {
  const std::string mask = "\x11\x22\x33\x44";
  std::string frame{static_cast<char>(0x80 | opcode)};
  if (payload.size() < 126) {
    frame += static_cast<char>(0x80 | payload.size());
  } else {
    frame += static_cast<char>(0x80 | 126);
    frame += static_cast<char>(payload.size() >> 8U);
    frame += static_cast<char>(payload.size() & 0xffU);
  }
  frame += mask;
  for (std::size_t i = 0; i < payload.size(); ++i) {
    frame += static_cast<char>(payload[i] ^ mask[i % mask.size()]);
  }
  return frame;
}

struct ServerFrame {
  std::uint8_t opcode;
  std::string payload;
};

/// The frames that a server has sent, each a whole message.
inline std::vector<ServerFrame> server_frames(std::string_view bytes) {
  std::vector<ServerFrame> frames;
  const auto at = [&](std::size_t i) { return static_cast<std::uint8_t>(bytes[i]); };
  while (bytes.size() >= 2) {
    std::size_t size = at(1);
    std::size_t head = 2;
    if (size == 126) {
      size = (std::size_t{at(2)} << 8U) | at(3);
      head = 4;
    } else if (size == 127) {
      size = 0;
      for (std::size_t i = 2; i < 10; ++i) size = (size << 8U) | at(i);
      head = 10;
    }
    frames.push_back(
        {static_cast<std::uint8_t>(at(0) & 0x0f), std::string(bytes.substr(head, size))});
    bytes.remove_prefix(head + size);
  }
  return frames;
}

/// What came on a channel, one message after the other.
inline std::string on_channel(std::string_view bytes, std::uint8_t channel) {
  std::string data;
  for (const ServerFrame& frame : server_frames(bytes)) {
    if (frame.opcode == 2 && !frame.payload.empty() &&
        static_cast<std::uint8_t>(frame.payload[0]) == channel) {
      data += frame.payload.substr(1);
    }
  }
  return data;
}

}  // namespace kaudit::apiserver::streaming::testing
