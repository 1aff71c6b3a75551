#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "apiserver/http/message.hpp"

namespace kaudit::apiserver::http {

/// One stream of an HTTP/2 connection: a request as it comes, and what of its answer is still to
/// leave. Http2Session fills and empties it, Http2Exchange reads and answers it; both on one
/// thread.
struct Http2Stream {
  explicit Http2Stream(std::int32_t stream_id) : id(stream_id) {}

  const std::int32_t id;

  // The request.
  Request request;                         ///< all but the peer
  std::size_t head_size = 0;               ///< of its fields, as RFC 9113 counts it
  bool head_too_large = false;             ///< beyond the limit: the request is not whole
  bool expects_continue = false;           ///< `Expect: 100-continue`
  std::optional<std::uint64_t> announced;  ///< its Content-Length
  std::string body;                        ///< what has come and has not been taken
  bool body_ended = false;                 ///< no more will come
  bool body_dropped = false;               ///< nobody wants it: it goes as it comes

  // Its end.
  bool closed = false;
  /// Why it was closed before its time, as Go's HTTP/2 server words it; "" when it was not.
  std::string fault;

  // The answer.
  std::string_view output;    ///< what is to leave; its owner waits until it is empty
  bool output_ended = false;  ///< nothing follows `output`
  bool responded = false;     ///< the head of the answer is on its way

  /// Called when something of the above has changed, outside of the session.
  std::function<void()> on_change;
  bool change_noted = false;
};

}  // namespace kaudit::apiserver::http
