#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "apiserver/streaming/spdy/headers.hpp"
#include "apiserver/streaming/spdy/wire_numbers.hpp"

namespace kaudit::apiserver::streaming::spdy::testing {

/// The client's end of a SPDY connection, as far as tests need one: writes frames, and reads what a
/// server sends.
class Client {
 public:
  struct Stream {
    std::string data;
    bool replied = false;
    bool finished = false;
    bool reset = false;
  };

  static std::string control(std::uint16_t type, std::uint8_t flags, std::string_view payload) {
    std::string frame;
    append_number(frame, 0x8003, 2);
    append_number(frame, type, 2);
    append_number(frame, flags, 1);
    append_number(frame, payload.size(), 3);
    return frame.append(payload);
  }
  std::string open(std::uint32_t stream, const HeaderLines& headers, std::uint8_t flags = 0) {
    std::string payload;
    append_number(payload, stream, 4);
    payload.append(6, '\0');
    return control(1, flags, payload + deflater_.write(headers));
  }
  static std::string data(std::uint32_t stream, std::string_view bytes, std::uint8_t flags = 0) {
    std::string frame;
    append_number(frame, stream, 4);
    append_number(frame, flags, 1);
    append_number(frame, bytes.size(), 3);
    return frame.append(bytes);
  }
  static std::string numbers(std::uint16_t type, const std::vector<std::uint32_t>& values) {
    std::string payload;
    for (const std::uint32_t value : values) append_number(payload, value, 4);
    return control(type, 0, payload);
  }

  void receive(std::string_view bytes) {
    pending_ += bytes;
    while (pending_.size() >= 8) {
      const std::size_t size = number_at(pending_, 5, 3);
      if (pending_.size() < 8 + size) return;
      frame(pending_.substr(0, 8 + size));
      pending_.erase(0, 8 + size);
    }
  }

  std::map<std::uint32_t, Stream> streams;
  std::vector<std::uint32_t> pings;
  std::map<std::uint32_t, std::uint32_t> window_updates;
  bool gone_away = false;

 private:
  void frame(const std::string& bytes) {
    const std::uint32_t first = number_at(bytes, 0, 4);
    const bool fin = (bytes[4] & 1) != 0;
    if ((first & 0x80000000U) == 0) {
      streams[first].data += bytes.substr(8);
      streams[first].finished = fin;
      return;
    }
    const std::uint32_t stream = bytes.size() >= 12 ? number_at(bytes, 8, 4) : 0;
    switch (first & 0xffffU) {
      case 2:
        streams[stream].replied = inflater_.read(std::string_view(bytes).substr(12)).has_value();
        break;
      case 3:
        streams[stream].reset = true;
        break;
      case 6:
        pings.push_back(stream);
        break;
      case 7:
        gone_away = true;
        break;
      case 9:
        window_updates[stream] += number_at(bytes, 12, 4);
        break;
      default:
        break;
    }
  }

  HeaderDeflater deflater_;
  HeaderInflater inflater_;
  std::string pending_;
};

}  // namespace kaudit::apiserver::streaming::spdy::testing
