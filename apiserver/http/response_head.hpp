#pragma once

#include <cstdint>
#include <ctime>
#include <optional>
#include <string>
#include <string_view>

#include "apiserver/http/message.hpp"
#include "apiserver/http/request_head.hpp"

namespace kaudit::apiserver::http {

/// The text of a status code as net/http has it ("Not Found"); empty for codes it does not know.
std::string_view status_text(int status) noexcept;
/// Content-Length, Transfer-Encoding, Connection and Date are not for handlers to say.
bool is_transports(std::string_view header) noexcept;
/// The Date of now, which is formatted once a second and a thread.
std::string_view current_date();
/// False for 1xx, 204 and 304.
bool body_allowed(int status) noexcept;

/// What the transport adds to the headers of an answer.
struct ResponseFraming {
  enum class Length : std::uint8_t { None, Known, Chunked, UntilClose };
  Length length = Length::None;
  std::uint64_t size = 0;  ///< of Length::Known
  Persistence persistence = Persistence::KeepAlive;
};

/// Appends the value of a header, of which line breaks become spaces.
void append_header_value(std::string& out, std::string_view value);

/// Appends status line and headers with the empty line: the handler's headers in their order, but
/// for those that are the transport's own; then Date, Connection and the length.
void append_response_head(std::string& text, const Request& request, int status,
                          const Headers& headers, const ResponseFraming& framing);
/// Appends what comes before a piece of a chunked body of so many bytes; not 0, which would be the
/// last chunk. kChunkEnd follows it.
void append_chunk_size(std::string& out, std::size_t size);
constexpr std::string_view kChunkEnd = "\r\n";
constexpr std::string_view kLastChunk = "0\r\n\r\n";

/// "Mon, 23 Nov 2026 05:36:42 GMT", whatever the locale.
std::string http_date(std::time_t time);

}  // namespace kaudit::apiserver::http
