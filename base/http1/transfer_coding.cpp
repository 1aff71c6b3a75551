#include "base/http1/transfer_coding.hpp"

#include <algorithm>
#include <charconv>

#include "base/http1/header_syntax.hpp"
#include "base/text/hex.hpp"
#include "base/text/quote.hpp"
#include "base/text/trim.hpp"

namespace kaudit::http1 {
namespace {

constexpr std::size_t kMaxLine = 4096;  // of chunked coding, and of the whole trailer
constexpr std::size_t kMaxSizeDigits = 16;
constexpr std::string_view kLineEnd = "\r\n";
constexpr std::string_view kEof = "unexpected EOF";
constexpr std::string_view kEofInTrailer = "http: unexpected EOF reading trailer";
constexpr std::string_view kLongTrailer = "http: suspiciously long trailer after chunked body";
/// A chunk may cost this many bytes of coding, plus twice its data; what goes beyond adds up to
/// kMaxOverhead.
constexpr std::uint64_t kFreeOverhead = 16;
constexpr std::uint64_t kMaxOverhead = 16 * 1024;

}  // namespace

BodyDecoder::BodyDecoder(BodyFraming framing) : kind_(framing.kind) {
  switch (framing.kind) {
    case BodyFraming::Kind::None:
      state_ = State::Done;
      break;
    case BodyFraming::Kind::Length:
      remaining_ = framing.length;
      break;
    case BodyFraming::Kind::Chunked:
      step_ = Step::SizeLine;
      break;
  }
}

std::uint64_t BodyDecoder::announced() const noexcept {
  return kind_ == BodyFraming::Kind::Length ? remaining_ : 0;
}

std::size_t BodyDecoder::decode(std::string_view input, std::string* body) {
  std::size_t taken = 0;
  while (state_ == State::NeedMore && taken < input.size()) {
    const std::string_view rest = input.substr(taken);
    taken += step_ == Step::Data ? take_data(rest, body) : take_line(rest);
  }
  return taken;
}

std::size_t BodyDecoder::take_data(std::string_view input, std::string* body) {
  const std::size_t size = std::min<std::uint64_t>(remaining_, input.size());
  if (body != nullptr) {
    body->append(input.substr(0, size));
  }
  remaining_ -= size;
  if (remaining_ == 0) {
    if (kind_ == BodyFraming::Kind::Length) {
      state_ = State::Done;
    } else {
      step_ = Step::DataEnd;
    }
  }
  return size;
}

std::string_view BodyDecoder::fault() const noexcept {
  if (state_ == State::Malformed) {
    return fault_;
  }
  return kind_ == BodyFraming::Kind::Chunked && step_ == Step::Trailer ? kEofInTrailer : kEof;
}

void BodyDecoder::refuse(std::string_view fault) {
  state_ = State::Malformed;
  fault_ = fault;
}

std::size_t BodyDecoder::take_line(std::string_view input) {
  const std::size_t newline = input.find('\n');
  const bool ended = newline != std::string_view::npos;
  const std::size_t size = ended ? newline + 1 : input.size();
  line_.append(input.substr(0, size));
  judge_line(ended);
  if (state_ == State::NeedMore && ended) {
    line_.resize(line_.size() - kLineEnd.size());
    end_of_line();
    line_.clear();
  }
  return size;
}

/// What is wrong with a line shows before its end has come.
void BodyDecoder::judge_line(bool ended) {
  if (step_ == Step::DataEnd) {
    if (!kLineEnd.starts_with(line_)) {
      refuse("malformed chunked encoding");
    }
    return;
  }
  const std::size_t carriage_return = line_.find('\r');
  if (line_.size() > kMaxLine) {
    refuse(step_ == Step::Trailer ? kLongTrailer : "header line too long");
  } else if (ended && carriage_return == std::string::npos) {
    refuse("chunked line ends with bare LF");
  } else if (carriage_return < line_.size() - (ended ? kLineEnd.size() : 1)) {
    refuse("invalid CR in chunked line");
  }
}

void BodyDecoder::end_of_line() {
  switch (step_) {
    case Step::SizeLine:
      begin_chunk();
      break;
    case Step::DataEnd:
      step_ = Step::SizeLine;
      break;
    case Step::Trailer:
      end_of_trailer_line();
      break;
    case Step::Data:
      break;
  }
}

void BodyDecoder::begin_chunk() {
  std::string_view digits = line_;
  while (!digits.empty() && is_blank(digits.back())) {
    digits.remove_suffix(1);
  }
  digits = digits.substr(0, digits.find(';'));
  if (digits.empty()) {
    return refuse("empty hex number for chunk length");
  }
  const std::string_view judged = digits.substr(0, kMaxSizeDigits + 1);
  if (!std::all_of(judged.begin(), judged.end(), is_hex_digit)) {
    return refuse("invalid byte in chunk length");
  }
  if (digits.size() > kMaxSizeDigits) {
    return refuse("http chunk length too large");
  }
  std::from_chars(digits.data(), digits.data() + digits.size(), remaining_, 16);
  count_overhead();
  step_ = remaining_ == 0 ? Step::Trailer : Step::Data;
}

void BodyDecoder::count_overhead() {
  overhead_ += line_.size() + kLineEnd.size();
  const std::uint64_t free = kFreeOverhead + 2 * std::min(remaining_, kMaxOverhead);
  overhead_ -= std::min(overhead_, free);
  if (overhead_ > kMaxOverhead) {
    refuse("chunked encoding contains too much non-data");
  }
}

void BodyDecoder::end_of_trailer_line() {
  if (line_.empty()) {
    state_ = State::Done;
    return;
  }
  const bool first = trailer_size_ == 0;
  trailer_size_ += line_.size() + kLineEnd.size();
  if (trailer_size_ > kMaxLine) {
    return refuse(kLongTrailer);
  }
  if (is_blank(line_.front())) {  // goes on with the line before it
    if (first) {
      refuse("malformed MIME header initial line: " + go_quoted(line_));
    }
  } else if (line_.find(':') == std::string::npos) {
    refuse("malformed MIME header: missing colon: " + go_quoted(line_));
  } else if (!split_header_line(line_).ok) {
    refuse("malformed MIME header line: " + go_quoted(line_));
  }
}

}  // namespace kaudit::http1
