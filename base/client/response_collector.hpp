#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/client/response.hpp"

namespace kaudit::client {

/// Gathers the answer to one request from its header lines and the pieces of its body, and says
/// when a peer has sent more than Go's net/http would take: interim answers (1xx) are passed over,
/// but only so many; what is held is bounded, whatever comes. Pure; one thread.
class ResponseCollector {
 public:
  /// `kept`: how many bytes of the body are kept.
  explicit ResponseCollector(std::size_t kept) : kept_(kept) {}

  static constexpr int kMaxInterim = 5;
  static constexpr std::size_t kMaxHead = 1024 * 1024;  ///< of all heads and trailers together
  /// A body that goes on beyond this is not waited for: the answer counts as complete.
  static constexpr std::uint64_t kMaxBody = 4 * 1024 * 1024;

  /// Takes a line of a head or of the trailers, with its line end; the empty one ends a head. False
  /// when there is nothing to go on with: error() says why.
  bool take_header_line(std::string_view line);
  /// Takes a piece of the body. False when there is nothing to go on with: error() says why, or the
  /// answer is_complete(). Bytes that come without any head are what a peer said that does not
  /// speak HTTP.
  bool take_body(std::string_view bytes);
  /// More bytes came than an answer may have, in whatever form.
  void overflow();

  /// True once the first line of an answer is there.
  bool has_begun() const noexcept { return head_size_ > 0 || !stray_.empty(); }
  /// True once the head is whole: from then on status and headers are in response().
  bool has_head() const noexcept { return has_head_; }
  /// True when the bound of the body was reached: what comes is not waited for.
  bool is_complete() const noexcept { return complete_; }
  const Response& response() const noexcept { return response_; }
  /// In Go's words; empty while nothing is wrong.
  const std::string& error() const noexcept { return error_; }

  /// The body had more bytes than are kept.
  bool is_cut() const noexcept { return body_size_ > response_.body.size(); }

 private:
  bool refuse(std::string error);
  bool end_head();

  std::size_t kept_;
  bool has_head_ = false;
  bool complete_ = false;
  int interim_ = 0;
  std::size_t head_size_ = 0;
  std::uint64_t body_size_ = 0;
  std::string stray_;  ///< the begin of what came without a head
  Response response_;
  std::string error_;
};

}  // namespace kaudit::client
