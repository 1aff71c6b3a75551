#include "apiserver/testapi/watch_events.hpp"

#include <string>

#include "apiserver/answer.hpp"
#include "apiserver/objects/codec/protobuf_append.hpp"
#include "audit/status.hpp"

namespace kaudit::apiserver::testapi {
namespace {

constexpr std::string_view kMessage =
    "too old resource version: the state that it belongs to is gone";

std::size_t big_endian(std::string_view bytes) noexcept {
  std::size_t number = 0;
  for (const char c : bytes) number = number << 8U | static_cast<unsigned char>(c);
  return number;
}

/// Size of a WebSocket frame's head from a server (no mask); 0 when it is not all there.
std::size_t message_size(std::string_view bytes) noexcept {
  if (bytes.size() < 2) return 0;
  const std::size_t small = static_cast<unsigned char>(bytes[1]) & 0x7fU;
  const std::size_t extra = small == 126 ? 2 : small == 127 ? 8 : 0;
  if (bytes.size() < 2 + extra) return 0;
  const std::size_t payload = extra == 0 ? small : big_endian(bytes.substr(2, extra));
  return payload <= bytes.size() - 2 - extra ? 2 + extra + payload : 0;
}

std::string gone_frame() {
  using objects::append_field;
  using objects::append_varint;
  // metav1.Status, within runtime.Unknown, within metav1.WatchEvent (generated.proto of each).
  std::string status;
  append_field(status, 1, "");
  append_field(status, 2, "Failure");
  append_field(status, 3, kMessage);
  append_field(status, 4, "Expired");
  append_varint(status, 6U << 3U);
  append_varint(status, 410);
  std::string type;
  append_field(type, 1, "v1");
  append_field(type, 2, "Status");
  std::string unknown("k8s\0", 4);
  append_field(unknown, 1, type);
  append_field(unknown, 2, status);
  append_field(unknown, 3, "");
  append_field(unknown, 4, "");
  std::string raw;
  append_field(raw, 1, unknown);
  std::string event;
  append_field(event, 1, "ERROR");
  append_field(event, 2, raw);
  std::string frame;
  for (const unsigned shift : {24U, 16U, 8U, 0U}) {
    frame.push_back(static_cast<char>(event.size() >> shift & 0xffU));
  }
  return frame + event;
}

}  // namespace

std::size_t first_event(std::string_view bytes, WatchFraming framing) noexcept {
  switch (framing) {
    case WatchFraming::Lines: {
      const std::size_t end = bytes.find('\n');
      return end == std::string_view::npos ? 0 : end + 1;
    }
    case WatchFraming::Frames: {
      if (bytes.size() < 4) return 0;
      const std::size_t size = big_endian(bytes.substr(0, 4));
      return size <= bytes.size() - 4 ? 4 + size : 0;
    }
    case WatchFraming::Messages:
      return message_size(bytes);
  }
  return 0;
}

bool is_event(std::string_view piece, WatchFraming framing) noexcept {
  constexpr unsigned kControl = 0x8;  // in the frame's opcode
  return framing != WatchFraming::Messages ||
         (static_cast<unsigned char>(piece.front()) & kControl) == 0;
}

bool is_bookmark(std::string_view event, WatchFraming framing) noexcept {
  constexpr std::string_view kJson = R"({"type":"BOOKMARK")";
  switch (framing) {
    case WatchFraming::Lines:
      return event.starts_with(kJson);
    case WatchFraming::Frames:
      return event.substr(0, 32).find("BOOKMARK") != std::string_view::npos;
    case WatchFraming::Messages:
      return event.substr(0, 10 + kJson.size()).find(kJson) != std::string_view::npos;
  }
  return false;
}

std::string gone_event(WatchFraming framing) {
  switch (framing) {
    case WatchFraming::Lines: {
      std::string event = R"({"type":"ERROR","object":)";
      audit::append_json(event, failure(410, "Expired", kMessage));
      return event + "}\n";
    }
    case WatchFraming::Frames:
      return gone_frame();
    case WatchFraming::Messages:
      break;
  }
  return "";
}

}  // namespace kaudit::apiserver::testapi
