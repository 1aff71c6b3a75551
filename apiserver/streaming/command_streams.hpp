#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kaudit::apiserver::streaming {

/// What an exec or attach has streams for; the numbers are those of the WebSocket protocols'
/// channels.
enum class Role : std::uint8_t { Stdin = 0, Stdout = 1, Stderr = 2, Error = 3, Resize = 4 };

/// Which of them the request asks for; the error stream is always there.
struct WantedStreams {
  bool in = false;
  bool out = false;
  bool err = false;
  bool tty = false;
};

/// How the end of a command is told on the error stream: by a Status as JSON (from v4 on), or by
/// its message if it failed.
enum class StatusForm : std::uint8_t { Json, Message };

/// The streams of one exec or attach, whatever the protocol; without I/O. Lives on one thread.
class CommandStreams {
 public:
  struct Input {
    Role role;
    std::string data;
    bool ends = false;  ///< no more will come behind it
  };

  CommandStreams() = default;
  CommandStreams(const CommandStreams&) = delete;
  CommandStreams& operator=(const CommandStreams&) = delete;
  virtual ~CommandStreams() = default;

  /// How many of the client's bytes it has taken; the rest is to come again once there is more, and
  /// the input has been taken.
  virtual std::size_t read(std::string_view bytes) = 0;
  virtual std::vector<Input> take_input() = 0;
  /// True once all streams are there that the request asks for.
  virtual bool complete() const = 0;
  /// How long a client may need to make its streams where it says nothing of that: what comes
  /// earlier is lost on it.
  virtual std::chrono::milliseconds making_time() const { return {}; }
  /// The client has said goodbye, or broken the protocol.
  virtual bool over() const = 0;
  virtual StatusForm status_form() const = 0;

  /// What is for a stream that is not there goes nowhere.
  virtual void write(Role role, std::string_view data) = 0;
  /// Ends all streams, and says goodbye.
  virtual void close() = 0;
  virtual std::string take_output() = 0;
  /// Bytes that wait for the client to make room (SPDY's windows).
  virtual std::size_t held_back() const { return 0; }
};

}  // namespace kaudit::apiserver::streaming
