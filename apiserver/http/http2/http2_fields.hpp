#pragma once

#include <cstddef>
#include <nghttp2/nghttp2.h>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "apiserver/http/http2/http2_stream.hpp"

namespace kaudit::apiserver::http {

/// Takes one header field of a request that the library has accepted: a pseudo-header into its
/// place, the pieces of a cookie into one line, anything else as it is.
void add_request_field(Http2Stream& stream, std::string_view name, std::string_view value);
/// The head is whole: Host stands for `:authority`, and CONNECT has it as its target, as in Go.
void finish_request_fields(Http2Stream& stream);

/// The header fields of an answer as nghttp2 takes them, names in lower case, in one run of bytes.
class ResponseFields {
 public:
  ResponseFields();

  void add_status(int status);
  /// Status, the handler's headers but for those that are the transport's own, length, date. Line
  /// breaks within a value become spaces.
  void add_answer(int status, const Headers& headers, std::optional<std::size_t> length);

  /// Valid until more are added; nghttp2 copies them.
  const nghttp2_nv* data() noexcept;
  std::size_t size() const noexcept { return fields_.size(); }

 private:
  void add(std::string_view name, std::string_view value);

  std::string text_;
  std::vector<nghttp2_nv> fields_;  ///< their pointers are set when all are there
};

}  // namespace kaudit::apiserver::http
