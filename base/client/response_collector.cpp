#include "base/client/response_collector.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/http1/header_syntax.hpp"
#include "base/text/ascii.hpp"
#include "base/text/quote.hpp"
#include "base/text/trim.hpp"

namespace kaudit::client {
namespace {

constexpr int kOk = 200;
constexpr int kSwitchingProtocols = 101;
/// How much of what is not HTTP is searched for the end of its first line.
constexpr std::size_t kMaxStray = 4096;

std::string_view without_line_end(std::string_view line) noexcept {
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

/// What comes after the protocol in a status line, or all of it.
std::string_view status_code(std::string_view line) noexcept {
  line.remove_prefix(std::min(line.find(' '), line.size()));
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  return line.substr(0, line.find(' '));
}

/// Why a first line is not HTTP's. (net/http ReadResponse)
std::string status_line_error(std::string_view line) {
  if (line.find(' ') == line.npos) return "malformed HTTP response " + go_quoted(line);
  const auto code = status_code(line);
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (code.size() != 3 || !std::all_of(code.begin(), code.end(), digit)) {
    return "malformed HTTP status code " + go_quoted(code);
  }
  return "malformed HTTP version " + go_quoted(line.substr(0, line.find(' ')));
}

}  // namespace

bool ResponseCollector::refuse(std::string error) {
  error_ = std::move(error);
  return false;
}

void ResponseCollector::overflow() {
  if (has_head_) {
    complete_ = true;
  } else {
    refuse("net/http: server response headers exceeded " + std::to_string(kMaxHead) +
           " bytes; aborted");
  }
}

bool ResponseCollector::take_header_line(std::string_view line) {
  head_size_ += line.size();
  if (head_size_ > kMaxHead) {
    overflow();
    return false;
  }
  if (has_head_) return true;  // a trailer
  line = without_line_end(line);
  if (line.empty()) return end_head();
  if (line.starts_with("HTTP/")) {
    response_ = {};
    const auto code = status_code(line);
    std::from_chars(code.data(), code.data() + code.size(), response_.status);
    return true;
  }
  if (line.starts_with(' ') || line.starts_with('\t')) return true;  // of a header that is folded
  const http1::HeaderLine header = http1::split_header_line(line);
  if (!header.ok || !http1::is_token(header.name)) {
    return refuse("malformed MIME header line: " + std::string(line));
  }
  const auto take_first = [&header](std::string_view name, std::string& to) {
    if (to.empty() && equals_ignoring_case(header.name, name)) to = trim_blanks(header.value);
  };
  take_first("Content-Type", response_.content_type);
  take_first("Content-Encoding", response_.content_encoding);
  take_first("Retry-After", response_.retry_after);
  return true;
}

bool ResponseCollector::end_head() {
  const bool interim = response_.status < kOk && response_.status != kSwitchingProtocols;
  if (!interim) {
    has_head_ = true;
    return true;
  }
  if (++interim_ > kMaxInterim) return refuse("net/http: too many 1xx informational responses");
  return true;
}

bool ResponseCollector::take_body(std::string_view bytes) {
  if (!has_head_) {
    stray_.append(bytes.substr(0, kMaxStray - stray_.size()));
    const auto end = stray_.find('\n');
    if (end == std::string::npos && stray_.size() < kMaxStray) return true;
    return refuse(status_line_error(without_line_end(stray_.substr(0, end))));
  }
  response_.body.append(bytes.substr(0, kept_ - response_.body.size()));
  body_size_ += bytes.size();
  complete_ = body_size_ > kMaxBody;
  return !complete_;
}

}  // namespace kaudit::client
