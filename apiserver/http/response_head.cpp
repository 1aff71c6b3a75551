#include "apiserver/http/response_head.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>
#include <iterator>
#include <utility>

#include "base/http1/header_syntax.hpp"
#include "base/text/text_writer.hpp"

namespace kaudit::apiserver::http {
namespace {

constexpr std::pair<int, std::string_view> kStatusTexts[] = {
    {100, "Continue"},
    {101, "Switching Protocols"},
    {102, "Processing"},
    {103, "Early Hints"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {203, "Non-Authoritative Information"},
    {204, "No Content"},
    {205, "Reset Content"},
    {206, "Partial Content"},
    {207, "Multi-Status"},
    {208, "Already Reported"},
    {226, "IM Used"},
    {300, "Multiple Choices"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {305, "Use Proxy"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {402, "Payment Required"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {407, "Proxy Authentication Required"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Request Entity Too Large"},
    {414, "Request URI Too Long"},
    {415, "Unsupported Media Type"},
    {416, "Requested Range Not Satisfiable"},
    {417, "Expectation Failed"},
    {418, "I'm a teapot"},
    {421, "Misdirected Request"},
    {422, "Unprocessable Entity"},
    {423, "Locked"},
    {424, "Failed Dependency"},
    {425, "Too Early"},
    {426, "Upgrade Required"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {451, "Unavailable For Legal Reasons"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
    {506, "Variant Also Negotiates"},
    {507, "Insufficient Storage"},
    {508, "Loop Detected"},
    {510, "Not Extended"},
    {511, "Network Authentication Required"},
};

template <typename Number>
void append_number(std::string& out, Number number, int base = 10) {
  std::array<char, 24> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, base).ptr;
  out.append(digits.data(), end);
}

void append_two_digits(std::string& out, int number) {
  out.push_back(static_cast<char>('0' + number / 10 % 10));
  out.push_back(static_cast<char>('0' + number % 10));
}

bool has_line_break(std::string_view value) {
  return value.find('\r') != std::string_view::npos || value.find('\n') != std::string_view::npos;
}

/// The value, or where it has line breaks, `flat` with spaces in their place.
std::string_view on_one_line(std::string_view value, std::string& flat) {
  if (!has_line_break(value)) [[likely]] {
    return value;
  }
  flat = value;
  std::replace_if(
      flat.begin(), flat.end(), [](char c) { return c == '\r' || c == '\n'; }, ' ');
  return flat;
}

void write_header(TextWriter& out, std::string_view name, std::string_view value) {
  std::string flat;
  out.raw(name);
  out.literal(": ");
  out.raw(on_one_line(value, flat));
  out.literal("\r\n");
}

void write_connection(TextWriter& out, const Request& request, Persistence persistence) {
  if (request.http_1_0) {
    if (persistence == Persistence::KeepAlive) {
      out.literal("Connection: keep-alive\r\n");
    }
  } else if (persistence == Persistence::Close) {
    out.literal("Connection: close\r\n");
  }
}

}  // namespace

std::string_view status_text(int status) noexcept {
  const auto* found =
      std::lower_bound(std::begin(kStatusTexts), std::end(kStatusTexts), status,
                       [](const auto& entry, int wanted) { return entry.first < wanted; });
  return found != std::end(kStatusTexts) && found->first == status ? found->second
                                                                   : std::string_view();
}

bool is_transports(std::string_view name) noexcept {
  return equals_ignoring_case(name, "Content-Length") ||
         equals_ignoring_case(name, "Transfer-Encoding") ||
         equals_ignoring_case(name, "Connection") || equals_ignoring_case(name, "Date");
}

std::string_view current_date() {
  thread_local std::time_t formatted_at = -1;
  thread_local std::string date;
  // time() gives whole seconds without asking the processor's clock, which each answer would wait
  // for.
  if (const std::time_t now = std::time(nullptr); now != formatted_at) {
    date = http_date(now);
    formatted_at = now;
  }
  return date;
}

void append_header_value(std::string& out, std::string_view value) {
  std::string flat;
  out.append(on_one_line(value, flat));
}

bool body_allowed(int status) noexcept { return status >= 200 && status != 204 && status != 304; }

void append_response_head(std::string& text, const Request& request, int status,
                          const Headers& headers, const ResponseFraming& framing) {
  TextWriter out(text);
  if (request.http_1_0) {
    out.literal("HTTP/1.0 ");
  } else {
    out.literal("HTTP/1.1 ");
  }
  out.integer(status);
  out.character(' ');
  if (const std::string_view reason = status_text(status); !reason.empty()) {
    out.raw(reason);
  } else {
    out.literal("status code ");
    out.integer(status);
  }
  out.literal("\r\n");
  for (const Header header : headers.lines()) {
    if (!is_transports(header.name)) {
      write_header(out, header.name, header.value);
    }
  }
  write_header(out, "Date", current_date());
  if (framing.length == ResponseFraming::Length::Known) {
    out.literal("Content-Length: ");
    out.integer(static_cast<std::int64_t>(framing.size));
    out.literal("\r\n");
  }
  write_connection(out, request, framing.persistence);
  if (framing.length == ResponseFraming::Length::Chunked) {
    out.literal("Transfer-Encoding: chunked\r\n");
  }
  out.literal("\r\n");
}

void append_chunk_size(std::string& out, std::size_t size) {
  append_number(out, size, 16);
  out.append("\r\n");
}

std::string http_date(std::time_t time) {
  constexpr std::string_view kDays = "SunMonTueWedThuFriSat";
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  std::tm utc{};
  gmtime_r(&time, &utc);
  std::string date;
  date.append(kDays.substr(static_cast<std::size_t>(utc.tm_wday) * 3, 3)).append(", ");
  append_two_digits(date, utc.tm_mday);
  date.append(" ").append(kMonths.substr(static_cast<std::size_t>(utc.tm_mon) * 3, 3)).append(" ");
  append_number(date, utc.tm_year + 1900);
  for (const auto& [separator, number] :
       {std::pair(' ', utc.tm_hour), std::pair(':', utc.tm_min), std::pair(':', utc.tm_sec)}) {
    date.push_back(separator);
    append_two_digits(date, number);
  }
  return date.append(" GMT");
}

}  // namespace kaudit::apiserver::http
