#pragma once

#include <cstddef>
#include <cstdint>
#include <nghttp2/nghttp2.h>
#include <sys/types.h>

#include "apiserver/http/http2/http2_session.hpp"

namespace kaudit::apiserver::http {

/// What nghttp2 calls as frames come and go, with the session as `user`. Nothing is thrown through
/// it.
struct Http2Session::Callbacks {
  /// nghttp2's side of a session, which calls these. Throws std::bad_alloc.
  static nghttp2_session* make(Http2Session& session);

  static int begin_frame(nghttp2_session*, const nghttp2_frame_hd* head, void* user);
  static int begin_headers(nghttp2_session*, const nghttp2_frame* frame, void* user);
  static int header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                    std::size_t name_size, const std::uint8_t* value, std::size_t value_size,
                    std::uint8_t flags, void* user);
  /// Without it nghttp2 passes over what it cannot accept; Go refuses the request.
  static int invalid_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                            std::size_t name_size, const std::uint8_t* value,
                            std::size_t value_size, std::uint8_t flags, void* user);
  static int frame_received(nghttp2_session*, const nghttp2_frame* frame, void* user);
  static int data(nghttp2_session* session, std::uint8_t flags, std::int32_t id,
                  const std::uint8_t* bytes, std::size_t size, void* user);
  static int stream_closed(nghttp2_session*, std::int32_t id, std::uint32_t error_code, void* user);
  static int frame_sent(nghttp2_session*, const nghttp2_frame* frame, void* user);
  /// Gives the next bytes of an answer.
  static ssize_t read_output(nghttp2_session*, std::int32_t id, std::uint8_t* buffer,
                             std::size_t size, std::uint32_t* flags, nghttp2_data_source* source,
                             void* user);

 private:
  static Http2Session& self(void* user) { return *static_cast<Http2Session*>(user); }
};

}  // namespace kaudit::apiserver::http
