#include "apiserver/http/request_head.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "base/http1/header_syntax.hpp"

namespace kaudit::apiserver::http {
namespace {

constexpr std::string_view kBadRequest = "400 Bad Request";
constexpr std::size_t kMaxLeadingNewlines = 4;
/// Of the text of headers no more is reserved before they are read.
constexpr std::size_t kReservedHeaders = 2 * 1024;
/// Of a head that was used no more is kept.
constexpr std::size_t kKeptHead = 4 * 1024;

bool digit(char c) { return c >= '0' && c <= '9'; }
bool blank(char c) { return c == ' ' || c == '\t'; }

/// net/http lets only bytes through that can occur in a host, a port or an IPv6 literal.
bool host_byte(char c) {
  return digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         std::string_view("!$%&()*+,-.:;=['\\]_~").find(c) != std::string_view::npos;
}

std::optional<std::uint64_t> content_length(std::string_view text) {
  std::uint64_t length = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
  if (error != std::errc() || end != text.data() + text.size() ||
      length > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    return std::nullopt;
  }
  return length;
}

}  // namespace

/// The lines of a head that say something about the connection, found in one walk.
struct RequestHeadParser::ConnectionLines {
  explicit ConnectionLines(const TextPairs& lines) {
    for (const Header line : lines) {
      legal_names = legal_names && http1::is_token(line.name);
      if (std::vector<std::string_view>* const values = values_of(line.name)) {
        values->push_back(line.value);
      }
    }
  }

  std::vector<std::string_view> hosts;
  std::vector<std::string_view> codings;
  std::vector<std::string_view> lengths;
  std::vector<std::string_view> trailers;
  std::vector<std::string_view> connection;
  std::vector<std::string_view> expectations;
  bool legal_names = true;

 private:
  /// Null for a line that is not about the connection. Names of other lengths need no look.
  std::vector<std::string_view>* values_of(std::string_view name) {
    const auto is = [name](std::string_view other) { return equals_ignoring_case(name, other); };
    switch (name.size()) {
      case std::string_view("Host").size():
        return is("Host") ? &hosts : nullptr;
      case std::string_view("Expect").size():
        return is("Expect") ? &expectations : nullptr;
      case std::string_view("Trailer").size():
        return is("Trailer") ? &trailers : nullptr;
      case std::string_view("Connection").size():
        return is("Connection") ? &connection : nullptr;
      case std::string_view("Content-Length").size():
        return is("Content-Length") ? &lengths : nullptr;
      case std::string_view("Transfer-Encoding").size():
        return is("Transfer-Encoding") ? &codings : nullptr;
      default:
        return nullptr;
    }
  }
};

RequestHeadParser::RequestHeadParser(std::size_t limit, LeadingNewlines newlines, UsedHead used)
    : limit_(limit), newlines_(newlines) {
  const Request& before = used.head.request;
  if (before.target.capacity() + before.headers.capacity() > kKeptHead) return;
  head_ = std::move(used.head);
  head_.request.peer = {};
  lines_ = std::move(used.lines);
}

RequestHeadParser::Progress RequestHeadParser::refuse(std::string status, std::string body) {
  refusal_ = {std::move(status), std::move(body)};
  return Progress::Refused;
}

RequestHeadParser::Progress RequestHeadParser::bad_request() {
  return refuse(std::string(kBadRequest), std::string(kBadRequest));
}

RequestHeadParser::Progress RequestHeadParser::bad_request(std::string_view reason) {
  const std::string text = std::string(kBadRequest) + ": " + std::string(reason);
  return refuse(text, text);
}

RequestHeadParser::Progress RequestHeadParser::parse(std::string_view input) {
  if (step_ == Step::LeadingNewlines) {
    skip_leading_newlines(input);
  }
  for (;;) {
    const std::size_t newline = input.find('\n', scanned_);
    if (std::min(newline, input.size()) >= limit_) {
      constexpr auto kTooLarge = "431 Request Header Fields Too Large";
      return refuse(kTooLarge, kTooLarge);
    }
    if (newline == std::string_view::npos) {
      scanned_ = input.size();
      return Progress::NeedMore;
    }
    std::string_view line = input.substr(position_, newline - position_);
    if (!line.empty() && line.back() == '\r') {
      line.remove_suffix(1);
    }
    if (step_ == Step::LeadingNewlines || step_ == Step::RequestLine) {
      if (!parse_request_line(line)) {
        return bad_request();
      }
      step_ = Step::FirstHeader;
      lines_at_ = newline + 1;
      if (repeats_lines(input.substr(lines_at_))) {
        position_ = lines_at_ + lines_.size();
        return Progress::Done;
      }
      forget_used();
      head_.request.headers.reserve(std::min(input.size() - newline, kReservedHeaders));
    } else if (line.empty()) {
      position_ = newline + 1;
      const Progress progress = finish();
      if (progress == Progress::Done) {
        remember_lines(input.substr(lines_at_, position_ - lines_at_));
      }
      return progress;
    } else {
      const bool continuation = !folded_.empty();
      if ((step_ == Step::FirstHeader && blank(line.front())) ||
          (!continuation && line.find(':') == std::string_view::npos)) {
        return bad_request();
      }
      // Whether the line is whole shows only in the first byte of the next.
      if (newline + 1 == input.size()) {
        scanned_ = newline;
        return Progress::NeedMore;
      }
      step_ = Step::NextHeader;
      line = trim_blanks(line);
      if (blank(input[newline + 1])) {
        folded_.append(line).push_back(' ');
      } else if (!parse_header_line(continuation ? folded_.append(line) : line)) {
        return bad_request();
      } else {
        folded_.clear();
      }
    }
    position_ = scanned_ = newline + 1;
  }
}

void RequestHeadParser::skip_leading_newlines(std::string_view input) {
  if (newlines_ == LeadingNewlines::Skip) {
    while (position_ < std::min(input.size(), kMaxLeadingNewlines) &&
           (input[position_] == '\r' || input[position_] == '\n')) {
      ++position_;
    }
    scanned_ = position_;
    if (position_ == input.size()) {
      return;
    }
  }
  step_ = Step::RequestLine;
}

/// Whether all that finish() would find is known from the head before. (A head of another version
/// or a CONNECT has other rules.)
bool RequestHeadParser::repeats_lines(std::string_view rest) const noexcept {
  return !lines_.empty() && speaks_1_1() && head_.request.method != "CONNECT" &&
         rest.starts_with(lines_) && lines_at_ + lines_.size() <= limit_;
}

void RequestHeadParser::remember_lines(std::string_view lines) {
  const bool may_serve = speaks_1_1() && head_.request.method != "CONNECT";
  lines_ = may_serve && lines.size() <= kKeptHead ? lines : std::string_view();
  if (!lines_.empty()) head_.request.lines_id = next_lines_id();
}

/// But for the memory, and what the request line has said.
void RequestHeadParser::forget_used() noexcept {
  lines_.clear();
  head_.request.headers.clear();
  head_.request.lines_id = 0;
  head_.body = {};
  head_.expectation = Expectation::None;
  head_.persistence = Persistence::KeepAlive;
}

bool RequestHeadParser::parse_request_line(std::string_view line) {
  const std::size_t first = line.find(' ');
  const std::size_t second = first == std::string_view::npos ? first : line.find(' ', first + 1);
  if (second == std::string_view::npos) {
    return false;
  }
  const std::string_view method = line.substr(0, first);
  const std::string_view target = line.substr(first + 1, second - first - 1);
  const bool controls = std::any_of(target.begin(), target.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
  });
  if (!http1::is_token(method) || target.empty() || controls ||
      !parse_version(line.substr(second + 1))) {
    return false;
  }
  head_.request.method = method;
  head_.request.target = target;
  return true;
}

bool RequestHeadParser::parse_version(std::string_view version) {
  constexpr std::string_view kForm = "HTTP/d.d";
  if (version.size() != kForm.size() || version.substr(0, 5) != kForm.substr(0, 5) ||
      !digit(version[5]) || version[6] != '.' || !digit(version[7])) {
    return false;
  }
  major_ = version[5] - '0';
  minor_ = version[7] - '0';
  head_.request.http_1_0 = major_ == 1 && minor_ == 0;
  return true;
}

bool RequestHeadParser::parse_header_line(std::string_view line) {
  const http1::HeaderLine header = http1::split_header_line(line);
  if (header.ok) {
    head_.request.headers.add(header.name, header.value);
  }
  return header.ok;
}

/// The checks of a whole head, in net/http's order: it decides which refusal a head with several
/// faults gets.
RequestHeadParser::Progress RequestHeadParser::finish() {
  const ConnectionLines lines(head_.request.headers.lines());
  if (lines.hosts.size() > 1) {
    return bad_request();
  }
  if (const Progress progress = finish_transfer(lines); progress != Progress::Done) {
    return progress;
  }
  if (major_ != 1) {
    const std::string text = "505 HTTP Version Not Supported: unsupported protocol version";
    return refuse(text, text);
  }
  if (const Progress progress = finish_host(lines); progress != Progress::Done) {
    return progress;
  }
  if (!lines.legal_names) {
    return bad_request("invalid header name");
  }
  finish_connection(lines);
  drop_overridden(lines);
  return Progress::Done;
}

RequestHeadParser::Progress RequestHeadParser::finish_transfer(const ConnectionLines& lines) {
  const bool in_use = major_ > 1 || (major_ == 1 && minor_ >= 1);  // unknown to HTTP/1.0
  if (!lines.codings.empty() && in_use &&
      (lines.codings.size() > 1 || !equals_ignoring_case(lines.codings.front(), "chunked"))) {
    return refuse("501 Not Implemented", "Unsupported transfer encoding");
  }
  const bool chunked = !lines.codings.empty() && in_use;
  std::optional<std::uint64_t> length;
  if (!lines.lengths.empty()) {
    const std::string_view first = trim_blanks(lines.lengths.front());
    length = content_length(first);
    if (!length ||
        std::any_of(lines.lengths.begin(), lines.lengths.end(),
                    [&](std::string_view other) { return trim_blanks(other) != first; })) {
      return bad_request();
    }
  }
  if (!chunked) {
    if (length.value_or(0) > 0) {
      head_.body = {http1::BodyFraming::Kind::Length, *length};
    }
    return Progress::Done;
  }
  head_.body.kind = http1::BodyFraming::Kind::Chunked;
  for (const std::string_view framing : {"Transfer-Encoding", "Content-Length", "Trailer"}) {
    if (http1::has_token(lines.trailers, framing)) {
      return bad_request();
    }
  }
  return Progress::Done;
}

/// What the handler does not see: the coding, which is undone, and a length that it overrides
/// (RFC 9112 section 6.3). Last, because the lines are views of the headers.
void RequestHeadParser::drop_overridden(const ConnectionLines& lines) {
  Headers& headers = head_.request.headers;
  if (!lines.codings.empty()) headers.remove("Transfer-Encoding");
  if (head_.body.kind == http1::BodyFraming::Kind::Chunked) headers.remove("Content-Length");
}

RequestHeadParser::Progress RequestHeadParser::finish_host(const ConnectionLines& lines) {
  if (lines.hosts.empty()) {
    return minor_ >= 1 && head_.request.method != "CONNECT"
               ? bad_request("missing required Host header")
               : Progress::Done;
  }
  const std::string_view host = lines.hosts.front();
  return std::all_of(host.begin(), host.end(), host_byte) ? Progress::Done
                                                          : bad_request("malformed Host header");
}

void RequestHeadParser::finish_connection(const ConnectionLines& lines) {
  const bool close = http1::has_token(lines.connection, "close") ||
                     (head_.request.http_1_0 && !http1::has_token(lines.connection, "keep-alive"));
  head_.persistence = close ? Persistence::Close : Persistence::KeepAlive;

  const std::string_view expect = lines.expectations.empty() ? "" : lines.expectations.front();
  if (!expect.empty() && http1::has_token({expect}, "100-continue")) {
    const bool waits = head_.body.kind != http1::BodyFraming::Kind::None && !head_.request.http_1_0;
    head_.expectation = waits ? Expectation::Continue : Expectation::None;
  } else if (!expect.empty()) {
    head_.expectation = Expectation::Unsupported;
  }
}

}  // namespace kaudit::apiserver::http
