#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace kaudit::apiserver::testapi {

/// How the events of a watch stand in its stream.
enum class WatchFraming : std::uint8_t {
  Lines,     ///< JSON, each on a line
  Frames,    ///< protobuf, each behind its size in four bytes
  Messages,  ///< WebSocket
};

/// The size of the first whole event of a stream's bytes, 0 when there is none.
std::size_t first_event(std::string_view bytes, WatchFraming framing) noexcept;
/// False for what a WebSocket says of itself (ping, close).
bool is_event(std::string_view piece, WatchFraming framing) noexcept;
bool is_bookmark(std::string_view event, WatchFraming framing) noexcept;

/// The event by which a watch ends whose version is no longer known: ERROR with a Status of code
/// 410. "" where the framing has no such event of ours (WebSocket): there it just ends.
std::string gone_event(WatchFraming framing);

}  // namespace kaudit::apiserver::testapi
