#pragma once

#include <cstdint>
#include <new>
#include <nghttp2/nghttp2.h>
#include <string>

namespace kaudit::apiserver::http {

/// Of what nghttp2 answers, only a lack of memory is not our own mistake. Throws std::bad_alloc.
inline void check_memory(int result) {
  if (result == NGHTTP2_ERR_NOMEM) throw std::bad_alloc();
}

/// As golang.org/x/net/http2 StreamError prints it.
inline std::string stream_error(std::int32_t id, std::uint32_t code) {
  return "stream error: stream ID " + std::to_string(id) + "; " + nghttp2_http2_strerror(code);
}

}  // namespace kaudit::apiserver::http
