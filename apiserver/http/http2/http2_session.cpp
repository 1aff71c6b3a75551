#include "apiserver/http/http2/http2_session.hpp"

#include <algorithm>
#include <new>
#include <nghttp2/nghttp2.h>
#include <stdexcept>
#include <utility>

#include "apiserver/http/http2/http2_fields.hpp"

namespace kaudit::apiserver::http {
namespace {

/// Go's hpack counts so much for a header line beside its bytes, as RFC 9113 section 6.5.2 does.
constexpr std::size_t kFieldOverhead = 32;
/// A head within the limit in frames of the smallest size, and some more.
constexpr std::size_t kSmallestFrame = 16 * 1024;
constexpr std::size_t kSpareContinuations = 8;
/// Streams of which it is known that we have reset them.
constexpr std::size_t kRememberedResets = 1'000;
constexpr std::size_t kMaxAnswerHead = std::size_t{1} << 20U;

std::string_view view(const std::uint8_t* bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

void check(int result) {
  if (result == NGHTTP2_ERR_NOMEM) throw std::bad_alloc();
}

/// As golang.org/x/net/http2 StreamError prints it.
std::string stream_error(std::int32_t id, std::uint32_t code) {
  return "stream error: stream ID " + std::to_string(id) + "; " + nghttp2_http2_strerror(code);
}

template <typename Action>
int guarded(Action action) noexcept {
  try {
    return action();
  } catch (...) {
    return NGHTTP2_ERR_CALLBACK_FAILURE;
  }
}

}  // namespace

struct Http2Session::Callbacks {
  static Http2Session& self(void* user) { return *static_cast<Http2Session*>(user); }

  static int begin_frame(nghttp2_session* /*session*/, const nghttp2_frame_hd* head, void* user) {
    if (head->type == NGHTTP2_HEADERS && !self(user).may_still_come(head->stream_id)) {
      return guarded([&] {
        self(user).refuse_late_head();
        return 0;
      });
    }
    const bool empty_data = head->type == NGHTTP2_DATA && head->length == 0 &&
                            (head->flags & NGHTTP2_FLAG_END_STREAM) == 0;
    const bool idle_work = head->type == NGHTTP2_PING || head->type == NGHTTP2_SETTINGS ||
                           head->type == NGHTTP2_PRIORITY || head->type > NGHTTP2_CONTINUATION;
    if ((!empty_data && !idle_work) || self(user).guard_.allows(self(user).now_)) return 0;
    return guarded([&] {
      self(user).refuse_flood();
      return 0;
    });
  }

  static int begin_headers(nghttp2_session* /*session*/, const nghttp2_frame* frame, void* user) {
    return guarded([&] {
      if (frame->hd.type == NGHTTP2_HEADERS && frame->headers.cat == NGHTTP2_HCAT_REQUEST) {
        const std::int32_t id = frame->hd.stream_id;
        self(user).last_opened_ = id;
        self(user).streams_.emplace(id, std::make_shared<Http2Stream>(id));
        self(user).head_sizes_.emplace(id, 0);
      }
      return 0;
    });
  }

  static int header(nghttp2_session* /*session*/, const nghttp2_frame* frame,
                    const std::uint8_t* name, std::size_t name_size, const std::uint8_t* value,
                    std::size_t value_size, std::uint8_t /*flags*/, void* user) {
    return guarded([&] {
      if (frame->hd.type == NGHTTP2_HEADERS && frame->headers.cat == NGHTTP2_HCAT_REQUEST) {
        if (const StreamPtr stream = self(user).find(frame->hd.stream_id)) {
          self(user).add_field(*stream, view(name, name_size), view(value, value_size));
        }
      }
      return 0;
    });
  }

  /// Without it nghttp2 passes over what it cannot accept; Go refuses the request.
  static int invalid_header(nghttp2_session* /*session*/, const nghttp2_frame* /*frame*/,
                            const std::uint8_t* /*name*/, std::size_t /*name_size*/,
                            const std::uint8_t* /*value*/, std::size_t /*value_size*/,
                            std::uint8_t /*flags*/, void* /*user*/) {
    return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  }

  static int frame_received(nghttp2_session* /*session*/, const nghttp2_frame* frame, void* user) {
    return guarded([&] {
      const StreamPtr stream = self(user).find(frame->hd.stream_id);
      if (stream == nullptr) return 0;
      if (frame->hd.type == NGHTTP2_RST_STREAM) {
        stream->fault = stream_error(stream->id, frame->rst_stream.error_code);
        return 0;
      }
      if (frame->hd.type != NGHTTP2_HEADERS && frame->hd.type != NGHTTP2_DATA) return 0;
      if ((frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0) {
        stream->body_ended = true;
        self(user).note(*stream);
      }
      if (frame->hd.type == NGHTTP2_HEADERS && frame->headers.cat == NGHTTP2_HCAT_REQUEST) {
        self(user).head_sizes_.erase(stream->id);
        finish_request_fields(*stream);
        self(user).started_.push_back(stream);
      }
      return 0;
    });
  }

  static int data(nghttp2_session* session, std::uint8_t /*flags*/, std::int32_t id,
                  const std::uint8_t* bytes, std::size_t size, void* user) {
    return guarded([&] {
      const StreamPtr stream = self(user).find(id);
      // What is beyond the window has reset the stream and comes nevertheless.
      const bool too_much = stream != nullptr && stream->body.size() + size > kStreamBytes;
      if (stream == nullptr || stream->body_dropped || too_much) {
        nghttp2_session_consume(session, id, size);
        return 0;
      }
      stream->body.append(view(bytes, size));
      self(user).note(*stream);
      return 0;
    });
  }

  static int stream_closed(nghttp2_session* /*session*/, std::int32_t id, std::uint32_t error_code,
                           void* user) {
    return guarded([&] {
      if (const StreamPtr stream = self(user).find(id)) {
        self(user).close(*stream, error_code);
      }
      return 0;
    });
  }

  static int frame_sent(nghttp2_session* /*session*/, const nghttp2_frame* frame, void* user) {
    return guarded([&] {
      if (frame->hd.type == NGHTTP2_RST_STREAM) self(user).remember_reset(frame->hd.stream_id);
      return 0;
    });
  }

  static ssize_t read_output(nghttp2_session* /*session*/, std::int32_t id, std::uint8_t* buffer,
                             std::size_t size, std::uint32_t* flags,
                             nghttp2_data_source* /*source*/, void* user) {
    const StreamPtr stream = self(user).find(id);
    if (stream == nullptr) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    const std::size_t taken = std::min(size, stream->output.size());
    if (taken == 0 && !stream->output_ended) return NGHTTP2_ERR_DEFERRED;
    std::copy_n(stream->output.begin(), taken, reinterpret_cast<char*>(buffer));
    stream->output.remove_prefix(taken);
    if (stream->output.empty()) {
      if (stream->output_ended) *flags |= NGHTTP2_DATA_FLAG_EOF;
      const int noted = guarded([&] {
        self(user).note(*stream);
        return 0;
      });
      if (noted != 0) return noted;
    }
    return static_cast<ssize_t>(taken);
  }

  static nghttp2_session* make(Http2Session& session, std::size_t header_limit) {
    nghttp2_session_callbacks* callbacks = nullptr;
    check(nghttp2_session_callbacks_new(&callbacks));
    const std::unique_ptr<nghttp2_session_callbacks, void (*)(nghttp2_session_callbacks*)>
        callbacks_owner(callbacks, nghttp2_session_callbacks_del);
    nghttp2_session_callbacks_set_on_begin_frame_callback(callbacks, begin_frame);
    nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, begin_headers);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, header);
    nghttp2_session_callbacks_set_on_invalid_header_callback(callbacks, invalid_header);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, frame_received);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, data);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, stream_closed);
    nghttp2_session_callbacks_set_on_frame_send_callback(callbacks, frame_sent);

    nghttp2_option* options = nullptr;
    check(nghttp2_option_new(&options));
    const std::unique_ptr<nghttp2_option, void (*)(nghttp2_option*)> options_owner(
        options, nghttp2_option_del);
    nghttp2_option_set_no_auto_window_update(options, 1);
    nghttp2_option_set_no_closed_streams(options, 1);
    nghttp2_option_set_no_rfc9113_leading_and_trailing_ws_validation(options, 1);
    nghttp2_option_set_max_send_header_block_length(options, kMaxAnswerHead);
    nghttp2_option_set_max_continuations(options,
                                         header_limit / kSmallestFrame + kSpareContinuations);
    nghttp2_session* made = nullptr;
    check(nghttp2_session_server_new2(&made, callbacks, &session, options));
    if (made == nullptr) throw std::bad_alloc();
    return made;
  }
};

Http2Session::Http2Session(const Http2Limits& limits)
    : limits_(limits), session_(Callbacks::make(*this, limits.header_limit), nghttp2_session_del) {
  const nghttp2_settings_entry settings[] = {
      {NGHTTP2_SETTINGS_MAX_FRAME_SIZE, kStreamBytes},
      {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, limits.max_streams},
      {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, static_cast<std::uint32_t>(limits.header_limit)},
      {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, kStreamBytes},
  };
  check(nghttp2_submit_settings(session_.get(), NGHTTP2_FLAG_NONE, settings, std::size(settings)));
  constexpr std::uint64_t kLargestWindow = 0x7FFFFFFF;
  const auto window =
      std::min<std::uint64_t>(std::uint64_t{kStreamBytes} * limits.max_streams, kLargestWindow);
  check(nghttp2_session_set_local_window_size(session_.get(), NGHTTP2_FLAG_NONE, 0,
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
  check(nghttp2_session_terminate_session(session_.get(), code));
}

void Http2Session::collect(std::string& out, std::size_t size) {
  while (!broken_ && out.size() < size) {
    const std::uint8_t* bytes = nullptr;
    const ssize_t ready = nghttp2_session_mem_send(session_.get(), &bytes);
    if (ready == NGHTTP2_ERR_NOMEM) throw std::bad_alloc();
    if (ready < 0) broken_ = true;
    if (ready <= 0) return;
    out.append(view(bytes, static_cast<std::size_t>(ready)));
  }
}

bool Http2Session::finished() const noexcept {
  return broken_ || (nghttp2_session_want_read(session_.get()) == 0 &&
                     nghttp2_session_want_write(session_.get()) == 0);
}

std::size_t Http2Session::frames_waiting() const noexcept {
  return nghttp2_session_get_outbound_queue_size(session_.get());
}

Http2Session::StreamPtr Http2Session::find(std::int32_t id) const {
  const auto found = streams_.find(id);
  return found == streams_.end() ? nullptr : found->second;
}

void Http2Session::add_field(Http2Stream& stream, std::string_view name, std::string_view value) {
  std::size_t& size = head_sizes_[stream.id];
  size += name.size() + value.size() + kFieldOverhead;
  if (size > limits_.header_limit) {
    stream.head_too_large = true;
  } else {
    add_request_field(stream, name, value);
  }
}

void Http2Session::note(Http2Stream& stream) {
  if (std::exchange(stream.change_noted, true)) return;
  if (StreamPtr shared = find(stream.id)) changed_.push_back(std::move(shared));
}

/// Whether a client may send a frame of this stream: one that is open or new, or that we have reset
/// without its knowing yet.
bool Http2Session::may_still_come(std::int32_t id) const {
  return id > last_opened_ || id % 2 == 0 || streams_.contains(id) ||
         std::find(reset_.begin(), reset_.end(), id) != reset_.end();
}

void Http2Session::remember_reset(std::int32_t id) {
  if (reset_.size() == kRememberedResets) reset_.pop_front();
  reset_.push_back(id);
}

/// A head of a stream that has ended: nghttp2 passes over it; Go, and RFC 9113 section 5.1, do not.
void Http2Session::refuse_late_head() {
  going_away_ = true;
  check(nghttp2_session_terminate_session(session_.get(), NGHTTP2_PROTOCOL_ERROR));
}

std::vector<Http2Session::StreamPtr> Http2Session::take_changed() {
  for (const StreamPtr& stream : changed_) stream->change_noted = false;
  return std::exchange(changed_, {});
}

void Http2Session::close(Http2Stream& stream, std::uint32_t error_code) {
  if (stream.fault.empty() && error_code != NGHTTP2_NO_ERROR) {
    stream.fault = stream_error(stream.id, error_code);
  }
  stream.closed = true;
  stream.output = {};
  note(stream);
  nghttp2_session_consume_connection(session_.get(), stream.body.size());
  head_sizes_.erase(stream.id);
  streams_.erase(stream.id);
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
  if (!stream.closed) check(nghttp2_session_consume(session_.get(), stream.id, size));
}

void Http2Session::drop_body(Http2Stream& stream) {
  stream.body_dropped = true;
  std::string dropped;
  take_body(stream, dropped);
}

void Http2Session::stop_body(Http2Stream& stream) {
  if (stream.closed || stream.body_ended) return;
  check(nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, stream.id, NGHTTP2_NO_ERROR));
}

void Http2Session::interim(Http2Stream& stream, int status) {
  if (stream.closed) return;
  ResponseFields fields;
  fields.add_status(status);
  check(nghttp2_submit_headers(session_.get(), NGHTTP2_FLAG_NONE, stream.id, nullptr, fields.data(),
                               fields.size(), nullptr));
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
  check(nghttp2_submit_response(session_.get(), stream.id, fields.data(), fields.size(),
                                body == Body::Follows ? &provider : nullptr));
}

void Http2Session::output_changed(Http2Stream& stream) {
  if (stream.closed) {
    stream.output = {};
    return;
  }
  check(nghttp2_session_resume_data(session_.get(), stream.id));
}

void Http2Session::fail(Http2Stream& stream) {
  stream.output = {};
  if (stream.closed) return;
  check(nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, stream.id,
                                  NGHTTP2_INTERNAL_ERROR));
}

void Http2Session::go_away() {
  if (std::exchange(going_away_, true)) return;
  check(nghttp2_submit_goaway(session_.get(), NGHTTP2_FLAG_NONE,
                              nghttp2_session_get_last_proc_stream_id(session_.get()),
                              NGHTTP2_NO_ERROR, nullptr, 0));
}

void Http2Session::refuse_flood() {
  going_away_ = true;
  check(nghttp2_session_terminate_session(session_.get(), NGHTTP2_ENHANCE_YOUR_CALM));
}

void Http2Session::lose_connection() {
  broken_ = true;
  const auto all = std::exchange(streams_, {});
  for (const auto& [id, stream] : all) {
    stream->closed = true;
    stream->output = {};
    if (stream->fault.empty()) stream->fault = "client disconnected";
    if (!std::exchange(stream->change_noted, true)) changed_.push_back(stream);
  }
}

}  // namespace kaudit::apiserver::http
