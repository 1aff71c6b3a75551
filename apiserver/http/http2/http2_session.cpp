#include "apiserver/http/http2/http2_session.hpp"

#include <algorithm>
#include <iterator>
#include <new>
#include <nghttp2/nghttp2.h>
#include <utility>

#include "apiserver/http/http2/http2_callbacks.hpp"
#include "apiserver/http/http2/http2_errors.hpp"
#include "apiserver/http/http2/http2_fields.hpp"

namespace kaudit::apiserver::http {
namespace {

/// Bytes of header lines that a connection keeps to recognize them.
constexpr std::size_t kKeptLines = 4 * 1024;

}  // namespace

Http2Session::Http2Session(const Http2Limits& limits)
    : limits_(limits), session_(Callbacks::make(*this), nghttp2_session_del) {
  const nghttp2_settings_entry settings[] = {
      {NGHTTP2_SETTINGS_MAX_FRAME_SIZE, kStreamBytes},
      {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, limits.max_streams},
      {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, static_cast<std::uint32_t>(limits.header_limit)},
      {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, kStreamBytes},
  };
  check_memory(
      nghttp2_submit_settings(session_.get(), NGHTTP2_FLAG_NONE, settings, std::size(settings)));
  constexpr std::uint64_t kLargestWindow = 0x7FFFFFFF;
  const auto window =
      std::min<std::uint64_t>(std::uint64_t{kStreamBytes} * limits.max_streams, kLargestWindow);
  check_memory(nghttp2_session_set_local_window_size(session_.get(), NGHTTP2_FLAG_NONE, 0,
                                                     static_cast<std::int32_t>(window)));
}

Http2Session::~Http2Session() = default;

void Http2Session::receive(std::string_view bytes, Clock::time_point now) {
  now_ = now;
  if (broken_ || nghttp2_session_want_read(session_.get()) == 0) return;
  const ssize_t taken = nghttp2_session_mem_recv(
      session_.get(), reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  if (taken >= 0) return;
  if (taken == NGHTTP2_ERR_NOMEM) throw std::bad_alloc();
  // What the library gives up on without a GOAWAY of its own: not HTTP/2 at all, or a flood.
  const auto code =
      taken == NGHTTP2_ERR_FLOODED ? NGHTTP2_ENHANCE_YOUR_CALM : NGHTTP2_PROTOCOL_ERROR;
  going_away_ = true;
  check_memory(nghttp2_session_terminate_session(session_.get(), code));
}

void Http2Session::collect(std::string& out, std::size_t size) {
  while (!broken_ && out.size() < size) {
    const std::uint8_t* bytes = nullptr;
    const ssize_t ready = nghttp2_session_mem_send(session_.get(), &bytes);
    if (ready == NGHTTP2_ERR_NOMEM) throw std::bad_alloc();
    if (ready < 0) broken_ = true;
    if (ready <= 0) return;
    out.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(ready));
  }
}

bool Http2Session::finished() const noexcept {
  return broken_ || (nghttp2_session_want_read(session_.get()) == 0 &&
                     nghttp2_session_want_write(session_.get()) == 0);
}

std::size_t Http2Session::frames_waiting() const noexcept {
  return nghttp2_session_get_outbound_queue_size(session_.get());
}

/// A head of a stream that has ended: nghttp2 passes over it; Go, and RFC 9113 section 5.1, do not.
void Http2Session::refuse_late_head() {
  going_away_ = true;
  check_memory(nghttp2_session_terminate_session(session_.get(), NGHTTP2_PROTOCOL_ERROR));
}

/// Most clients send the same lines with each request.
void Http2Session::recognize_lines(Request& request) {
  if (request.headers.capacity() > kKeptLines) return;
  if (last_lines_id_ == 0 || request.headers.lines() != last_lines_.lines()) {
    last_lines_ = request.headers;
    last_lines_id_ = next_lines_id();
  }
  request.lines_id = last_lines_id_;
}

void Http2Session::close(const StreamPtr& stream, std::uint32_t error_code) {
  if (stream->fault.empty() && error_code != NGHTTP2_NO_ERROR) {
    stream->fault = stream_error(stream->id, error_code);
  }
  stream->closed = true;
  stream->output = {};
  streams_.note(stream);
  nghttp2_session_consume_connection(session_.get(), stream->body.size());
  streams_.close(stream->id);
}

void Http2Session::take_body(Http2Stream& stream, std::string& body) {
  if (stream.body.empty()) return;
  const std::size_t size = stream.body.size();
  if (body.empty()) {
    body.swap(stream.body);
  } else {
    body.append(stream.body);
  }
  std::string().swap(stream.body);
  // A stream that is closed has given its share of the connection's window back.
  if (!stream.closed) check_memory(nghttp2_session_consume(session_.get(), stream.id, size));
}

void Http2Session::drop_body(Http2Stream& stream) {
  stream.body_dropped = true;
  std::string dropped;
  take_body(stream, dropped);
}

void Http2Session::stop_body(Http2Stream& stream) {
  if (stream.closed || stream.body_ended) return;
  check_memory(
      nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, stream.id, NGHTTP2_NO_ERROR));
}

void Http2Session::interim(Http2Stream& stream, int status) {
  if (stream.closed) return;
  ResponseFields fields;
  fields.add_status(status);
  check_memory(nghttp2_submit_headers(session_.get(), NGHTTP2_FLAG_NONE, stream.id, nullptr,
                                      fields.data(), fields.size(), nullptr));
}

void Http2Session::respond(Http2Stream& stream, int status, const Headers& headers,
                           std::optional<std::size_t> length, Body body) {
  stream.responded = true;
  if (stream.closed) {
    stream.output = {};
    return;
  }
  ResponseFields fields;
  fields.add_answer(status, headers, length);
  nghttp2_data_provider provider{};
  provider.read_callback = Callbacks::read_output;
  check_memory(nghttp2_submit_response(session_.get(), stream.id, fields.data(), fields.size(),
                                       body == Body::Follows ? &provider : nullptr));
}

void Http2Session::output_changed(Http2Stream& stream) {
  if (stream.closed) {
    stream.output = {};
    return;
  }
  check_memory(nghttp2_session_resume_data(session_.get(), stream.id));
}

void Http2Session::fail(Http2Stream& stream) {
  stream.output = {};
  if (stream.closed) return;
  check_memory(nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, stream.id,
                                         NGHTTP2_INTERNAL_ERROR));
}

void Http2Session::go_away() {
  if (std::exchange(going_away_, true)) return;
  check_memory(nghttp2_submit_goaway(session_.get(), NGHTTP2_FLAG_NONE,
                                     nghttp2_session_get_last_proc_stream_id(session_.get()),
                                     NGHTTP2_NO_ERROR, nullptr, 0));
}

void Http2Session::refuse_flood() {
  going_away_ = true;
  check_memory(nghttp2_session_terminate_session(session_.get(), NGHTTP2_ENHANCE_YOUR_CALM));
}

void Http2Session::lose_connection() {
  broken_ = true;
  for (const StreamPtr& stream : streams_.take_all()) {
    stream->closed = true;
    stream->output = {};
    if (stream->fault.empty()) stream->fault = "client disconnected";
    streams_.note(stream);
  }
}

}  // namespace kaudit::apiserver::http
