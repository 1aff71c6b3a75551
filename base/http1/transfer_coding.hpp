#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace kaudit::http1 {

/// How the body of a message is delimited (RFC 9112 section 6).
struct BodyFraming {
  enum class Kind : std::uint8_t { None, Length, Chunked };
  Kind kind = Kind::None;
  std::uint64_t length = 0;  ///< of Kind::Length, never 0
};

/// Takes a message's body out of the bytes that follow its head, whatever their pieces. Chunked
/// coding is read as strictly as Go's net/http does: CRLF only, sizes of at most 16 digits,
/// extensions ignored and bounded, the trailer checked and dropped. Pure; not for use by several
/// threads.
class BodyDecoder {
 public:
  explicit BodyDecoder(BodyFraming framing);

  enum class State : std::uint8_t { NeedMore, Done, Malformed };
  State state() const noexcept { return state_; }
  /// Why it is Malformed, as Go words it; while NeedMore, what the end of the input would be. (Go's
  /// net/http/internal chunked.go, net/http transfer.go)
  std::string_view fault() const noexcept;
  /// Bytes still to come, as far as a Content-Length says; 0 for chunked coding.
  std::uint64_t announced() const noexcept;

  /// Takes what belongs to the body from the front of `input` and says how many bytes these were;
  /// the body's own bytes are appended to `body`, or dropped when it is null. Takes nothing once
  /// the state is not NeedMore.
  std::size_t decode(std::string_view input, std::string* body);

 private:
  enum class Step : std::uint8_t { Data, SizeLine, DataEnd, Trailer };

  std::size_t take_data(std::string_view input, std::string* body);
  std::size_t take_line(std::string_view input);
  void judge_line(bool ended);
  void end_of_line();
  void refuse(std::string_view fault);
  void begin_chunk();
  void count_overhead();
  void end_of_trailer_line();

  BodyFraming::Kind kind_;
  State state_ = State::NeedMore;
  Step step_ = Step::Data;
  std::uint64_t remaining_ = 0;  ///< of the body or of the chunk
  std::uint64_t overhead_ = 0;   ///< bytes of chunk headers beyond what honest senders need
  std::size_t trailer_size_ = 0;
  std::string line_;  ///< of coding so far, with its line end
  std::string fault_;
};

}  // namespace kaudit::http1
