#include "apiserver/http/http2/http2_callbacks.hpp"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <new>
#include <string_view>

#include "apiserver/http/http2/http2_errors.hpp"
#include "apiserver/http/http2/http2_fields.hpp"

namespace kaudit::apiserver::http {
namespace {

/// Go's hpack counts so much for a header line beside its bytes, as RFC 9113 section 6.5.2 does.
constexpr std::size_t kFieldOverhead = 32;
/// A head within the limit in frames of the smallest size, and some more.
constexpr std::size_t kSmallestFrame = 16 * 1024;
constexpr std::size_t kSpareContinuations = 8;
constexpr std::size_t kMaxAnswerHead = std::size_t{1} << 20U;

std::string_view view(const std::uint8_t* bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

template <typename Action>
int guarded(Action action) noexcept {
  try {
    return action();
  } catch (...) {
    return NGHTTP2_ERR_CALLBACK_FAILURE;
  }
}

void add_field(Http2Stream& stream, std::string_view name, std::string_view value,
               std::size_t limit) {
  stream.head_size += name.size() + value.size() + kFieldOverhead;
  if (stream.head_size > limit) {
    stream.head_too_large = true;
  } else {
    add_request_field(stream, name, value);
  }
}

}  // namespace

int Http2Session::Callbacks::begin_frame(nghttp2_session* /*session*/, const nghttp2_frame_hd* head,
                                         void* user) {
  if (head->type == NGHTTP2_HEADERS && !self(user).streams_.may_still_come(head->stream_id)) {
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

int Http2Session::Callbacks::begin_headers(nghttp2_session* /*session*/, const nghttp2_frame* frame,
                                           void* user) {
  return guarded([&] {
    if (frame->hd.type == NGHTTP2_HEADERS && frame->headers.cat == NGHTTP2_HCAT_REQUEST) {
      self(user).streams_.open(frame->hd.stream_id);
    }
    return 0;
  });
}

int Http2Session::Callbacks::header(nghttp2_session* /*session*/, const nghttp2_frame* frame,
                                    const std::uint8_t* name, std::size_t name_size,
                                    const std::uint8_t* value, std::size_t value_size,
                                    std::uint8_t /*flags*/, void* user) {
  return guarded([&] {
    if (frame->hd.type == NGHTTP2_HEADERS && frame->headers.cat == NGHTTP2_HCAT_REQUEST) {
      if (const StreamPtr* stream = self(user).streams_.find(frame->hd.stream_id)) {
        add_field(**stream, view(name, name_size), view(value, value_size),
                  self(user).limits_.header_limit);
      }
    }
    return 0;
  });
}

int Http2Session::Callbacks::invalid_header(nghttp2_session* /*session*/,
                                            const nghttp2_frame* /*frame*/,
                                            const std::uint8_t* /*name*/, std::size_t /*name_size*/,
                                            const std::uint8_t* /*value*/,
                                            std::size_t /*value_size*/, std::uint8_t /*flags*/,
                                            void* /*user*/) {
  return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
}

int Http2Session::Callbacks::frame_received(nghttp2_session* /*session*/,
                                            const nghttp2_frame* frame, void* user) {
  return guarded([&] {
    const StreamPtr* const found = self(user).streams_.find(frame->hd.stream_id);
    if (found == nullptr) return 0;
    const StreamPtr& stream = *found;
    if (frame->hd.type == NGHTTP2_RST_STREAM) {
      stream->fault = stream_error(stream->id, frame->rst_stream.error_code);
      return 0;
    }
    if (frame->hd.type != NGHTTP2_HEADERS && frame->hd.type != NGHTTP2_DATA) return 0;
    if ((frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0) {
      stream->body_ended = true;
      self(user).streams_.note(stream);
    }
    if (frame->hd.type == NGHTTP2_HEADERS && frame->headers.cat == NGHTTP2_HCAT_REQUEST) {
      finish_request_fields(*stream);
      self(user).recognize_lines(stream->request);
      self(user).streams_.start(stream);
    }
    return 0;
  });
}

int Http2Session::Callbacks::data(nghttp2_session* session, std::uint8_t /*flags*/, std::int32_t id,
                                  const std::uint8_t* bytes, std::size_t size, void* user) {
  return guarded([&] {
    const StreamPtr* const found = self(user).streams_.find(id);
    // What is beyond the window has reset the stream and comes nevertheless.
    const bool too_much = found != nullptr && (*found)->body.size() + size > kStreamBytes;
    if (found == nullptr || (*found)->body_dropped || too_much) {
      nghttp2_session_consume(session, id, size);
      return 0;
    }
    const StreamPtr& stream = *found;
    stream->body.append(view(bytes, size));
    self(user).streams_.note(stream);
    return 0;
  });
}

int Http2Session::Callbacks::stream_closed(nghttp2_session* /*session*/, std::int32_t id,
                                           std::uint32_t error_code, void* user) {
  return guarded([&] {
    if (const StreamPtr* found = self(user).streams_.find(id)) {
      const StreamPtr stream = *found;  // which goes from among the open ones
      self(user).close(stream, error_code);
    }
    return 0;
  });
}

int Http2Session::Callbacks::frame_sent(nghttp2_session* /*session*/, const nghttp2_frame* frame,
                                        void* user) {
  return guarded([&] {
    const std::int32_t id = frame->hd.stream_id;
    if (frame->hd.type == NGHTTP2_RST_STREAM) self(user).streams_.remember_reset(id);
    return 0;
  });
}

ssize_t Http2Session::Callbacks::read_output(nghttp2_session* /*session*/, std::int32_t id,
                                             std::uint8_t* buffer, std::size_t size,
                                             std::uint32_t* flags, nghttp2_data_source* /*source*/,
                                             void* user) {
  const StreamPtr* const found = self(user).streams_.find(id);
  if (found == nullptr) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  const StreamPtr& stream = *found;
  const std::size_t taken = std::min(size, stream->output.size());
  if (taken == 0 && !stream->output_ended) return NGHTTP2_ERR_DEFERRED;
  std::copy_n(stream->output.begin(), taken, reinterpret_cast<char*>(buffer));
  stream->output.remove_prefix(taken);
  if (stream->output.empty()) {
    if (stream->output_ended) *flags |= NGHTTP2_DATA_FLAG_EOF;
    const int noted = guarded([&] {
      self(user).streams_.note(stream);
      return 0;
    });
    if (noted != 0) return noted;
  }
  return static_cast<ssize_t>(taken);
}

nghttp2_session* Http2Session::Callbacks::make(Http2Session& session) {
  nghttp2_session_callbacks* callbacks = nullptr;
  check_memory(nghttp2_session_callbacks_new(&callbacks));
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
  check_memory(nghttp2_option_new(&options));
  const std::unique_ptr<nghttp2_option, void (*)(nghttp2_option*)> options_owner(
      options, nghttp2_option_del);
  nghttp2_option_set_no_auto_window_update(options, 1);
  nghttp2_option_set_no_closed_streams(options, 1);
  nghttp2_option_set_no_rfc9113_leading_and_trailing_ws_validation(options, 1);
  nghttp2_option_set_max_send_header_block_length(options, kMaxAnswerHead);
  nghttp2_option_set_max_continuations(
      options, session.limits_.header_limit / kSmallestFrame + kSpareContinuations);
  nghttp2_session* made = nullptr;
  check_memory(nghttp2_session_server_new2(&made, callbacks, &session, options));
  if (made == nullptr) throw std::bad_alloc();
  return made;
}

}  // namespace kaudit::apiserver::http
