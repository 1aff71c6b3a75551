#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "apiserver/streaming/spdy/headers.hpp"

namespace kaudit::apiserver::streaming::spdy {

using StreamId = std::uint32_t;

/// Why a stream is reset. (section 2.6.3)
enum class ResetReason : std::uint8_t { ProtocolError = 1, RefusedStream = 3, Cancel = 5 };

/// What the client has done.
struct Event {
  enum class Kind : std::uint8_t {
    Opened,    ///< a stream, with `headers`: to be accepted or refused
    Data,      ///< `data` on a stream, in pieces of any size
    Finished,  ///< no more data will come on it
    Reset,     ///< the stream is gone both ways
  };
  Kind kind;
  StreamId stream;
  std::string data = {};
  HeaderLines headers = {};
};

/// The server's end of a SPDY/3.1 connection: bytes in, events out; calls in, bytes out. Pings are
/// answered here. Bounded: control frames of 16 KiB, 256 streams, and read() takes no more while
/// events lie unread.
///
/// Windows: as client-go's library (moby/spdystream) counts no windows and never enlarges one, the
/// server does not hold a client to its own (TCP's does that), and heeds a client's only once it
/// has shown that it counts, by a SETTINGS with an initial window or a WINDOW_UPDATE. What taken()
/// reports is given back to clients that do.
class Session {
 public:
  static constexpr std::size_t kMaxControlFrame = std::size_t{16} * 1024;
  static constexpr std::size_t kMaxStreams = 256;

  /// How many of the bytes it has taken: all, unless a frame's head or a control frame is not yet
  /// whole, or events of 64 KiB are to be taken first.
  std::size_t read(std::string_view bytes);
  std::vector<Event> take_events();

  void accept(StreamId stream);
  /// Gives a stream up, before or after it was accepted.
  void reset(StreamId stream, ResetReason reason);
  /// Data for the client; on a stream that is not there (any more) it goes nowhere.
  void send(StreamId stream, std::string_view data);
  /// No more will be sent on the stream.
  void finish(StreamId stream);
  /// So much of the stream's data has been used.
  void taken(StreamId stream, std::size_t size);
  /// Says goodbye: no further stream will be accepted.
  void go_away();

  std::string take_output() { return std::exchange(output_, {}); }
  /// Bytes given to send() that a client's window holds back.
  std::size_t held_back() const noexcept { return held_back_; }
  /// The client has said goodbye, or spoken no SPDY.
  bool over() const noexcept { return over_; }

 private:
  struct Stream {
    std::int64_t window = 0;   // of ours to the client
    std::string waiting;       // for the window
    bool client_done = false;  // it has sent its last
    bool done = false;         // so will we have when nothing waits
    bool ended = false;        // and so it has been said
  };
  using Streams = std::map<StreamId, Stream>;

  std::size_t read_frame(std::string_view bytes);
  std::size_t read_data(std::string_view bytes);
  void control_frame(std::uint16_t type, std::uint8_t flags, std::string_view payload);
  void syn_stream(std::uint8_t flags, std::string_view payload);
  void later_headers(std::uint8_t flags, std::string_view payload);
  void settings(std::string_view payload);
  void window_update(std::string_view payload);
  void client_finished(StreamId stream);
  void break_off();
  void append_control(std::uint16_t type, std::uint8_t flags, std::string_view payload);
  void append_reset(StreamId stream, ResetReason reason);
  void append_data(StreamId stream, std::string_view data, std::uint8_t flags);
  void flush(Streams::iterator at);
  void drop_if_done(Streams::iterator at);
  void add_event(Event event);

  HeaderInflater inflater_;
  HeaderDeflater deflater_;
  Streams streams_;
  std::vector<Event> events_;
  std::size_t event_bytes_ = 0;
  std::string output_;
  std::size_t held_back_ = 0;
  StreamId last_stream_ = 0;
  StreamId data_stream_ = 0;  // of the data frame under way
  std::uint32_t data_remaining_ = 0;
  bool data_ends_ = false;  // its stream
  bool in_data_ = false;
  std::int64_t initial_window_ = 64 * 1024;
  bool client_counts_ = false;
  bool going_away_ = false;
  bool over_ = false;
};

}  // namespace kaudit::apiserver::streaming::spdy
