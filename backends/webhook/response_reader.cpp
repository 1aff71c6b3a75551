#include "backends/webhook/response_reader.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/http1/header_syntax.hpp"
#include "base/text/quote.hpp"

namespace kaudit::backends::webhook {
namespace {

constexpr int kOk = 200;
constexpr int kSwitchingProtocols = 101;
constexpr int kNoContent = 204;
constexpr int kNotModified = 304;

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

bool is_http_version(std::string_view text) noexcept {
  return text.size() == 8 && text.starts_with("HTTP/") && is_digit(text[5]) && text[6] == '.' &&
         is_digit(text[7]);
}

std::string_view without_line_end(std::string_view line) noexcept {
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

/// Where the empty line ends that ends a head; npos when it is not there. `from` is where to begin.
std::size_t end_of_head(std::string_view head, std::size_t from) noexcept {
  for (auto at = head.find('\n', from); at != head.npos; at = head.find('\n', at + 1)) {
    const auto rest = head.substr(at + 1);
    if (rest.starts_with('\n')) return at + 2;
    if (rest.starts_with("\r\n")) return at + 3;
  }
  return head.npos;
}

}  // namespace

ResponseReader::State ResponseReader::malformed(std::string error) {
  error_ = std::move(error);
  keeps_alive_ = false;
  return state_ = State::Malformed;
}

ResponseReader::State ResponseReader::feed(std::string_view bytes) {
  begun_ = begun_ || !bytes.empty();
  while (state_ == State::NeedMore && !bytes.empty()) {
    if (step_ == Step::Head) {
      if (!take_head(bytes)) return state_;
    } else {
      take_body(bytes);
      bytes = {};
    }
  }
  if (!bytes.empty()) keeps_alive_ = false;
  return state_;
}

/// Moves the rest of the head, or what there is of it, out of `bytes`. False: nothing to go on
/// with.
bool ResponseReader::take_head(std::string_view& bytes) {
  const std::size_t before = head_.size();
  head_.append(bytes);
  const std::size_t end = end_of_head(head_, before < 3 ? 0 : before - 3);
  if (std::min(end, head_.size()) > kMaxHead) {
    malformed("net/http: server response headers exceeded " + std::to_string(kMaxHead) +
              " bytes; aborted");
    return false;
  }
  if (end == std::string::npos) {
    // A first line that is none is known as soon as it is whole: such a peer may send no more.
    const auto first = head_.find('\n');
    bytes = {};
    if (first != std::string::npos) {
      parse_status_line(without_line_end(std::string_view(head_).substr(0, first)));
    }
    return state_ == State::NeedMore;
  }
  bytes.remove_prefix(end - before);
  const std::string head = std::exchange(head_, {}).substr(0, end);
  return parse_head(head);
}

bool ResponseReader::parse_head(std::string_view head) {
  response_ = {};
  content_length_.reset();
  says_close_ = says_keep_alive_ = chunked_ = false;
  std::string folded;
  for (bool first = true; !head.empty(); first = false) {
    const auto size = head.find('\n') + 1;
    const auto line = without_line_end(head.substr(0, size));
    head.remove_prefix(size);
    if (first) {
      if (!parse_status_line(line)) return false;
    } else if (line.starts_with(' ') || line.starts_with('\t')) {
      (folded += ' ') += trim_blanks(line);  // goes on with the line before
    } else {
      if (!folded.empty() && !parse_header(folded)) return false;
      folded = line;
    }
  }
  const bool interim = response_.status < kOk && response_.status != kSwitchingProtocols;
  if (!interim) return frame_body();
  response_ = {};
  return true;
}

bool ResponseReader::parse_status_line(std::string_view line) {
  const auto space = line.find(' ');
  if (space == line.npos) {
    malformed("malformed HTTP response " + go_quoted(line));
    return false;
  }
  const auto version = line.substr(0, space);
  auto rest = line.substr(space + 1);
  rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  const auto code = rest.substr(0, rest.find(' '));
  if (code.size() != 3 || !std::all_of(code.begin(), code.end(), is_digit)) {
    malformed("malformed HTTP status code " + go_quoted(code));
    return false;
  }
  if (!is_http_version(version)) {
    malformed("malformed HTTP version " + go_quoted(version));
    return false;
  }
  std::from_chars(code.data(), code.data() + code.size(), response_.status);
  http_1_0_ = version == "HTTP/1.0";
  return true;
}

bool ResponseReader::parse_header(std::string_view line) {
  const http1::HeaderLine header = http1::split_header_line(line);
  if (!header.ok || !http1::is_token(header.name)) {
    malformed("malformed MIME header line: " + std::string(line));
    return false;
  }
  const auto value = trim_blanks(header.value);
  const auto is = [&header](std::string_view name) {
    return equals_ignoring_case(header.name, name);
  };
  const auto take_first = [&value](std::string& to) {
    if (to.empty()) to = value;
  };
  if (is("Content-Type")) take_first(response_.content_type);
  if (is("Content-Encoding")) take_first(response_.content_encoding);
  if (is("Retry-After")) take_first(response_.retry_after);
  if (is("Connection")) {
    says_close_ = says_close_ || http1::has_token({value}, "close");
    says_keep_alive_ = says_keep_alive_ || http1::has_token({value}, "keep-alive");
  }
  if (is("Transfer-Encoding")) {
    if (chunked_ || !equals_ignoring_case(value, "chunked")) {
      malformed("unsupported transfer encoding: " + go_quoted(value));
      return false;
    }
    chunked_ = true;
  }
  if (is("Content-Length")) {
    if (content_length_ && *content_length_ != value) {
      malformed("http: message cannot contain multiple Content-Length headers");
      return false;
    }
    content_length_ = value;
  }
  return true;
}

bool ResponseReader::frame_body() {
  keeps_alive_ = http_1_0_ ? says_keep_alive_ && !says_close_ : !says_close_;
  const int status = response_.status;
  step_ = Step::Body;
  std::uint64_t length = 0;
  if (content_length_) {
    const auto& text = *content_length_;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
    if (error != std::errc() || end != text.data() + text.size() || text.empty()) {
      malformed("bad Content-Length " + go_quoted(text));
      return false;
    }
  }
  if (status == kNoContent || status == kNotModified || status == kSwitchingProtocols) {
    keeps_alive_ = keeps_alive_ && status != kSwitchingProtocols;
    state_ = State::Done;
  } else if (chunked_) {
    decoder_.emplace(http1::BodyFraming{http1::BodyFraming::Kind::Chunked, 0});
  } else if (!content_length_) {
    step_ = Step::BodyToEnd;
    keeps_alive_ = false;
  } else if (length == 0) {
    state_ = State::Done;
  } else {
    decoder_.emplace(http1::BodyFraming{http1::BodyFraming::Kind::Length, length});
  }
  return true;
}

void ResponseReader::keep(std::string_view body) {
  response_.body.append(body.substr(0, kMaxKeptBody - response_.body.size()));
}

void ResponseReader::take_body(std::string_view bytes) {
  body_size_ += bytes.size();
  if (step_ == Step::BodyToEnd) {
    keep(bytes);
  } else {
    decoded_.clear();
    const std::size_t taken = decoder_->decode(bytes, &decoded_);
    keep(decoded_);
    if (decoder_->state() == http1::BodyDecoder::State::Malformed) {
      malformed("malformed chunked encoding");
      return;
    }
    if (decoder_->state() == http1::BodyDecoder::State::Done) {
      keeps_alive_ = keeps_alive_ && taken == bytes.size();
      state_ = State::Done;
      return;
    }
  }
  if (body_size_ > kMaxBody) {
    keeps_alive_ = false;
    state_ = State::Done;
  }
}

ResponseReader::State ResponseReader::end_of_input() {
  if (state_ != State::NeedMore) return state_;
  keeps_alive_ = false;
  if (step_ == Step::BodyToEnd) return state_ = State::Done;
  return malformed(begun_ ? "unexpected EOF" : "EOF");
}

}  // namespace kaudit::backends::webhook
