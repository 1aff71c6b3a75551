#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/http1/transfer_coding.hpp"

namespace kaudit::backends::webhook {

/// What a receiver answered, as far as it matters.
struct Response {
  int status = 0;
  std::string content_type;
  std::string content_encoding;
  std::string retry_after;
  std::string body;  ///< its first kMaxKeptBody bytes
};

/// Reads the answer to one request as Go's net/http does, from the bytes as they come. Interim
/// answers (1xx) are passed over. What it holds is bounded, whatever the peer sends. Pure; not for
/// several threads.
class ResponseReader {
 public:
  static constexpr std::size_t kMaxHead = 1024 * 1024;
  static constexpr std::size_t kMaxKeptBody = 64 * 1024;
  /// A body that goes on beyond this is not waited for: the answer counts as complete.
  static constexpr std::uint64_t kMaxBody = 4 * 1024 * 1024;

  enum class State : std::uint8_t { NeedMore, Done, Malformed };
  State state() const noexcept { return state_; }

  /// Takes what was received. Bytes behind the answer make the connection useless for another one.
  State feed(std::string_view bytes);
  /// The peer has closed: Done where that ends the body, else Malformed.
  State end_of_input();

  /// True once an answer's first byte is there.
  bool has_begun() const noexcept { return begun_; }
  /// True once the head is whole: from then on status and headers are in response().
  bool has_head() const noexcept { return step_ != Step::Head; }
  const Response& response() const noexcept { return response_; }
  /// After Malformed, in Go's words: `malformed HTTP status code "is"`, `unexpected EOF`, `EOF`.
  const std::string& error() const noexcept { return error_; }
  /// After Done: whether another request may go out on this connection.
  bool keeps_alive() const noexcept { return keeps_alive_; }

 private:
  enum class Step : std::uint8_t { Head, Body, BodyToEnd };

  State malformed(std::string error);
  bool take_head(std::string_view& bytes);
  bool parse_head(std::string_view head);
  bool parse_status_line(std::string_view line);
  bool parse_header(std::string_view line);
  bool frame_body();
  void take_body(std::string_view bytes);
  void keep(std::string_view body);

  State state_ = State::NeedMore;
  Step step_ = Step::Head;
  bool begun_ = false;
  bool keeps_alive_ = true;
  std::string head_;  ///< so far
  Response response_;
  std::string error_;
  // Of the head.
  bool http_1_0_ = false;
  bool says_close_ = false;
  bool says_keep_alive_ = false;
  bool chunked_ = false;
  std::optional<std::string> content_length_;
  // Of the body.
  std::optional<http1::BodyDecoder> decoder_;
  std::uint64_t body_size_ = 0;  ///< of bytes received for it
  std::string decoded_;
};

}  // namespace kaudit::backends::webhook
