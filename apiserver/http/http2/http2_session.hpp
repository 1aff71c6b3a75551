#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "apiserver/http/http2/http2_flood_guard.hpp"
#include "apiserver/http/http2/http2_stream.hpp"
#include "apiserver/http/http2/http2_streams.hpp"

struct nghttp2_session;

namespace kaudit::apiserver::http {

/// What one HTTP/2 connection may ask of us; the rest is as kube-apiserver has it.
struct Http2Limits {
  std::uint32_t max_streams = 100;  ///< requests at once
  std::size_t header_limit = std::size_t{1} << 20U;
};

/// HTTP/2 of one server connection without I/O, by nghttp2: bytes in, streams and bytes out.
///
/// A stream's window opens as its body is taken, so that what is held for it has a bound. What
/// happens to streams is noted and collected by take_started() and take_changed(): nothing is
/// called back from within. Throws std::bad_alloc only. Not for use by several threads.
class Http2Session {
 public:
  using Clock = std::chrono::steady_clock;
  using StreamPtr = Http2Streams::StreamPtr;

  /// Bytes of one stream's body, and of all its frames, that may wait to be taken: kube-apiserver's
  /// size of nearly all bodies (apiserver pkg/server/secure_serving.go).
  static constexpr std::uint32_t kStreamBytes = 256 * 1024;

  explicit Http2Session(const Http2Limits& limits);
  ~Http2Session();
  Http2Session(const Http2Session&) = delete;
  Http2Session& operator=(const Http2Session&) = delete;

  /// Takes what the client has sent. After a breach of the protocol it takes no more, finished()
  /// becomes true, and collect() has the GOAWAY that says why.
  void receive(std::string_view bytes, Clock::time_point now);
  /// Appends what is to be sent, about `size` bytes at most. More may be ready after it.
  void collect(std::string& out, std::size_t size);
  /// Nothing more is to be received or sent.
  bool finished() const noexcept;
  /// How many frames wait to be sent; answers' data not counted.
  std::size_t frames_waiting() const noexcept;
  bool has_streams() const noexcept { return !streams_.empty(); }

  /// Requests whose head has come, and streams of which something has changed, since the last call.
  std::vector<StreamPtr> take_started() { return streams_.take_started(); }
  std::vector<StreamPtr> take_changed() { return streams_.take_changed(); }
  bool has_news() const noexcept { return streams_.has_news(); }

  /// Appends what has come of the body, which opens the window for more.
  void take_body(Http2Stream& stream, std::string& body);
  /// Nobody will take the rest of the body.
  void drop_body(Http2Stream& stream);
  /// Tells the client that the rest of a body need not be sent, when it has not ended.
  void stop_body(Http2Stream& stream);

  void interim(Http2Stream& stream, int status);
  enum class Body : std::uint8_t { None, Follows };
  /// The head of an answer; Follows: then what is in `output`, until `output_ended`.
  void respond(Http2Stream& stream, int status, const Headers& headers,
               std::optional<std::size_t> length, Body body);
  /// `output` or `output_ended` has been set.
  void output_changed(Http2Stream& stream);
  /// Ends the stream at once as an internal error, which is what Go does for a handler that
  /// panicked.
  void fail(Http2Stream& stream);

  /// No further requests; those that have come are answered.
  void go_away();
  /// Ends the connection: the client asks too much of us.
  void refuse_flood();
  /// Closes every stream: the client has gone.
  void lose_connection();

 private:
  struct Callbacks;  // what nghttp2 calls
  friend struct Callbacks;

  void refuse_late_head();
  void recognize_lines(Request& request);
  void close(const StreamPtr& stream, std::uint32_t error_code);

  const Http2Limits limits_;
  std::unique_ptr<nghttp2_session, void (*)(nghttp2_session*)> session_;
  Http2FloodGuard guard_;
  Clock::time_point now_{};
  bool broken_ = false;      ///< nghttp2 itself can go on no more
  bool going_away_ = false;  ///< GOAWAY has been queued
  Http2Streams streams_;
  Headers last_lines_;  ///< of the last request
  std::uint64_t last_lines_id_ = 0;
};

}  // namespace kaudit::apiserver::http
