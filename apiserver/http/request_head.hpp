#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "apiserver/http/message.hpp"
#include "base/http1/transfer_coding.hpp"

namespace kaudit::apiserver::http {

enum class Expectation : std::uint8_t { None, Continue, Unsupported };
enum class Persistence : std::uint8_t { KeepAlive, Close };

/// A request without its body, and what its head says about the connection.
struct RequestHead {
  Request request;  ///< all but the peer
  http1::BodyFraming body;
  Expectation expectation = Expectation::None;
  Persistence persistence = Persistence::KeepAlive;
};

/// A head that nobody needs any more: its memory serves for the next one of the connection. And so
/// does what was found in its header lines, when those come again, as they mostly do.
struct UsedHead {
  RequestHead head;   ///< as the parser gave it
  std::string lines;  ///< RequestHeadParser::take_lines(): what its headers were read from
};

/// The answer to a head that is not a request: the connection closes after it.
struct HeadRefusal {
  std::string status;  ///< "400 Bad Request"
  std::string body;
};

/// Whether empty lines before the request line are passed over: some clients send one after the
/// body of a POST.
enum class LeadingNewlines : std::uint8_t { Refuse, Skip };

/// Reads the head of an HTTP/1.x request as Go's net/http does: any token as method, any byte but
/// space and controls in the target, header values with any bytes but controls, folded header
/// lines, bare LF as line end. What is wrong is refused as soon as its line is complete, with the
/// status and text of net/http.
///
/// Pure: no I/O, no clock. Not for use by several threads.
class RequestHeadParser {
 public:
  /// `limit`: bytes the head may have; one longer is refused with 431.
  explicit RequestHeadParser(std::size_t limit, LeadingNewlines newlines = LeadingNewlines::Refuse,
                             UsedHead used = {});

  enum class Progress : std::uint8_t { NeedMore, Done, Refused };
  /// `input` is everything received from the first byte of the request on; it only grows from call
  /// to call.
  Progress parse(std::string_view input);

  /// After Done: the head, and how many bytes of the input it took.
  RequestHead& head() noexcept { return head_; }
  std::size_t size() const noexcept { return position_; }
  /// The header lines as they came, for UsedHead; empty when another head may not rely on them.
  std::string take_lines() noexcept { return std::move(lines_); }
  /// After Refused.
  const HeadRefusal& refusal() const noexcept { return refusal_; }

 private:
  enum class Step : std::uint8_t { LeadingNewlines, RequestLine, FirstHeader, NextHeader };

  Progress refuse(std::string status, std::string body);
  Progress bad_request();
  Progress bad_request(std::string_view reason);
  void skip_leading_newlines(std::string_view input);
  bool parse_request_line(std::string_view line);
  bool parse_version(std::string_view version);
  bool parse_header_line(std::string_view line);
  struct ConnectionLines;
  bool speaks_1_1() const noexcept { return major_ == 1 && minor_ == 1; }
  bool repeats_lines(std::string_view rest) const noexcept;
  void forget_used() noexcept;
  void remember_lines(std::string_view lines);
  Progress finish();
  Progress finish_transfer(const ConnectionLines& lines);
  Progress finish_host(const ConnectionLines& lines);
  void finish_connection(const ConnectionLines& lines);
  void drop_overridden(const ConnectionLines& lines);

  std::size_t limit_;
  LeadingNewlines newlines_;
  Step step_ = Step::LeadingNewlines;
  std::size_t position_ = 0;  ///< where the next line begins
  std::size_t scanned_ = 0;   ///< no line ends between position_ and here
  std::size_t lines_at_ = 0;  ///< where the header lines begin
  int major_ = 1;
  int minor_ = 1;
  std::string folded_;  ///< a header line so far that goes on in the next line
  RequestHead head_;
  std::string lines_;  ///< those that the headers of head_ were read from, while that holds
  HeadRefusal refusal_;
};

}  // namespace kaudit::apiserver::http
