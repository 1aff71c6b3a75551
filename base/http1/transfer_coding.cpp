#include "base/http1/transfer_coding.hpp"

#include <algorithm>
#include <charconv>

#include "base/http1/header_syntax.hpp"

namespace kaudit::http1 {
namespace {

constexpr std::size_t kMaxLine = 4096;  // of chunked coding, and of the whole trailer
constexpr std::size_t kMaxSizeDigits = 16;
/// A chunk may cost this many bytes of coding, and twice its data besides; what goes beyond adds up
/// to kMaxOverhead.
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

std::size_t BodyDecoder::take_line(std::string_view input) {
  const std::size_t newline = input.find('\n');
  const std::size_t size = newline == std::string_view::npos ? input.size() : newline + 1;
  line_.append(input.substr(0, size));
  const bool no_data_end = step_ == Step::DataEnd && line_.front() != '\r';
  const bool carriage_return_within =
      line_.find('\r') < line_.size() - (newline == std::string_view::npos ? 1 : 2);
  if (line_.size() > kMaxLine || no_data_end || carriage_return_within) {
    state_ = State::Malformed;
  } else if (newline != std::string_view::npos) {
    if (line_.size() < 2 || line_[line_.size() - 2] != '\r') {
      state_ = State::Malformed;
    } else {
      line_.resize(line_.size() - 2);
      end_of_line();
      line_.clear();
    }
  }
  return size;
}

void BodyDecoder::end_of_line() {
  switch (step_) {
    case Step::SizeLine:
      begin_chunk();
      break;
    case Step::DataEnd:
      if (!line_.empty()) {
        state_ = State::Malformed;
      }
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
  const std::string_view line(line_);
  const std::string_view trimmed = trim_blanks(line);
  const std::string_view digits = trimmed.substr(0, trimmed.find(';'));
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), remaining_, 16);
  overhead_ += line.size() + 2;
  const std::uint64_t free = kFreeOverhead + 2 * std::min(remaining_, kMaxOverhead);
  overhead_ -= std::min(overhead_, free);
  if (error != std::errc() || end != digits.data() + digits.size() ||
      digits.size() > kMaxSizeDigits || digits.data() != line.data() || overhead_ > kMaxOverhead) {
    state_ = State::Malformed;
    return;
  }
  step_ = remaining_ == 0 ? Step::Trailer : Step::Data;
}

void BodyDecoder::end_of_trailer_line() {
  if (line_.empty()) {
    state_ = State::Done;
    return;
  }
  const bool first = trailer_size_ == 0;
  const bool blank = line_.front() == ' ' || line_.front() == '\t';
  const bool ok =
      blank ? !first : split_header_line(line_).ok;  // a blank one goes on with the last
  trailer_size_ += line_.size() + 2;
  if (trailer_size_ > kMaxLine || !ok) {
    state_ = State::Malformed;
  }
}

}  // namespace kaudit::http1
