#include "apiserver/http/http2/http2_fields.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <nghttp2/nghttp2.h>
#include <string>
#include <vector>

#include "apiserver/http/response_head.hpp"
#include "base/http1/header_syntax.hpp"
#include "base/text/ascii.hpp"

namespace kaudit::apiserver::http {
namespace {

constexpr std::size_t kUsualFields = 12;
constexpr std::size_t kUsualBytes = 256;
/// Belong to HTTP/1.1's connections (RFC 9113 section 8.2.2).
constexpr std::string_view kConnectionFields[] = {"keep-alive", "proxy-connection", "upgrade"};

bool of_the_connection(std::string_view name) {
  return std::any_of(std::begin(kConnectionFields), std::end(kConnectionFields),
                     [&](std::string_view field) { return equals_ignoring_case(name, field); });
}

/// Decimal digits of a number.
class Digits {
 public:
  explicit Digits(std::size_t number)
      : end_(std::to_chars(digits_.data(), digits_.data() + digits_.size(), number).ptr) {}
  std::string_view view() const {
    return {digits_.data(), static_cast<std::size_t>(end_ - digits_.data())};
  }

 private:
  std::array<char, 24> digits_{};
  char* end_;
};

std::uint8_t* bytes_of(std::string& text, std::size_t at) {
  return reinterpret_cast<std::uint8_t*>(text.data() + at);
}

}  // namespace

void add_request_field(Http2Stream& stream, std::string_view name, std::string_view value) {
  Request& request = stream.request;
  if (name == ":method") {
    request.method = value;
  } else if (name == ":path") {
    request.target = value;
  } else if (name == ":authority") {
    request.headers.set("Host", value);
  } else if (name.starts_with(':')) {
    return;  // :scheme is always ours
  } else if (name == "host") {
    if (!request.headers.has("Host")) request.headers.add("Host", value);
  } else if (name == "cookie" && request.headers.has("cookie")) {
    std::string whole(*request.headers.first("cookie"));
    whole.append("; ").append(value);
    request.headers.set("cookie", whole);
  } else {
    if (request.headers.lines().empty()) request.headers.reserve(kUsualBytes);
    request.headers.add(name, value);
  }
}

void finish_request_fields(Http2Stream& stream) {
  Request& request = stream.request;
  if (request.method == "CONNECT" && request.target.empty()) {
    request.target = request.headers.first("Host").value_or("");
  }
  stream.expects_continue =
      http1::has_token(request.headers.all("Expect"), "100-continue") && !stream.body_ended;
  if (const auto length = request.headers.first("Content-Length")) {
    // The library has refused what is not a number.
    std::uint64_t announced = 0;
    std::from_chars(length->data(), length->data() + length->size(), announced);
    stream.announced = announced;
  }
}

ResponseFields::ResponseFields() {
  fields_.reserve(kUsualFields);
  text_.reserve(kUsualBytes);
}

const nghttp2_nv* ResponseFields::data() noexcept {
  std::size_t at = 0;
  for (nghttp2_nv& field : fields_) {
    field.name = bytes_of(text_, at);
    field.value = field.name + field.namelen;
    at += field.namelen + field.valuelen;
  }
  return fields_.data();
}

void ResponseFields::add(std::string_view name, std::string_view value) {
  const auto begin = static_cast<std::ptrdiff_t>(text_.size());
  text_.append(name);
  std::transform(text_.begin() + begin, text_.end(), text_.begin() + begin, to_lower);
  append_header_value(text_, value);
  fields_.push_back({nullptr, nullptr, name.size(), value.size(), NGHTTP2_NV_FLAG_NONE});
}

void ResponseFields::add_status(int status) {
  add(":status", Digits(static_cast<std::size_t>(status)).view());
}

void ResponseFields::add_answer(int status, const Headers& headers,
                                std::optional<std::size_t> length) {
  add_status(status);
  for (const Header header : headers.lines()) {
    if (!is_transports(header.name) && !of_the_connection(header.name)) {
      add(header.name, header.value);
    }
  }
  if (length) add("content-length", Digits(*length).view());
  add("date", current_date());
}

}  // namespace kaudit::apiserver::http
