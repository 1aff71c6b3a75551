#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "apiserver/http/message.hpp"

namespace kaudit::apiserver {

/// Compresses an answer by gzip when the client takes that and the body has at least 128 KiB.
/// (apiserver pkg/endpoints/handlers/responsewriters negotiateContentEncoding)
void compress_if_large(const http::Request& request, http::Response& response);

/// Whether the client takes gzip.
bool takes_gzip(const http::Request& request);
/// The headers of an answer that is compressed by gzip.
void mark_as_gzip(http::Headers& headers);

/// Compresses a text that comes in pieces, at the level that a real server uses. It holds 256 KiB.
/// Throws std::bad_alloc.
class GzipStream {
 public:
  GzipStream();
  /// Appends to `out` what is ready, perhaps nothing.
  void append(std::string& out, std::string_view piece);
  /// Appends the rest, after the last piece.
  void end(std::string& out);

 private:
  struct State;
  struct Deleter {
    void operator()(State* state) const noexcept;
  };
  void run(std::string& out, std::string_view piece, int flush);

  std::unique_ptr<State, Deleter> state_;
};

}  // namespace kaudit::apiserver
