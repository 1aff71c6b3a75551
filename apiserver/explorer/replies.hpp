#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>
#include <tl/expected.hpp>

#include "apiserver/http/exchange.hpp"
#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::explorer {

/// The headers of whatever the explorer answers: a Content-Security-Policy without exceptions, and
/// nothing that a cache, a frame or another site may have.
http::Headers safe_headers(std::string_view content_type);

http::Response reply(int status, std::string_view content_type, std::string body);
http::Response json_reply(int status, std::string json);
/// `{"error":TEXT}`
http::Response error_reply(int status, std::string_view text);

/// A number in a URL.
std::optional<std::uint64_t> number_in(std::string_view text) noexcept;

/// The body, an object of JSON. Error: the answer that says what is wrong.
boost::asio::awaitable<tl::expected<objects::Json, http::Response>> read_object(
    http::Exchange& exchange);

}  // namespace kaudit::apiserver::explorer
