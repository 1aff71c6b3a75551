#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kaudit::apiserver::streaming {

/// The forwarded connections of one port-forward, whatever the protocol; without I/O. Lives on one
/// thread.
class ForwardStreams {
 public:
  using Id = std::uint32_t;
  struct Event {
    enum class Kind : std::uint8_t {
      Opened,  ///< a connection to `port`
      Data,
      Finished,  ///< the client sends no more on it
      Reset,     ///< the client has given it up
    };
    Kind kind;
    Id connection;
    std::uint16_t port = 0;
    std::string data = {};
  };

  ForwardStreams() = default;
  ForwardStreams(const ForwardStreams&) = delete;
  ForwardStreams& operator=(const ForwardStreams&) = delete;
  virtual ~ForwardStreams() = default;

  /// How many of the client's bytes it has taken; the rest is to come again once there is more, and
  /// the events have been taken.
  virtual std::size_t read(std::string_view bytes) = 0;
  virtual std::vector<Event> take_events() = 0;
  /// The client has said goodbye, or broken the protocol.
  virtual bool over() const = 0;

  virtual void send(Id connection, std::string_view data) = 0;
  /// So much of what came on a connection has been used.
  virtual void taken(Id connection, std::size_t size) = 0;
  /// The far end sends no more; `error` (may be "") goes to the connection's error stream.
  virtual void end(Id connection, std::string_view error) = 0;
  virtual void close() = 0;
  virtual std::string take_output() = 0;
  /// Bytes that wait for the client to make room (SPDY's windows).
  virtual std::size_t held_back() const { return 0; }
};

}  // namespace kaudit::apiserver::streaming
