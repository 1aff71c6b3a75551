#include "apiserver/explorer/replies.hpp"

#include <charconv>
#include <utility>

#include "base/json/json_text.hpp"

namespace kaudit::apiserver::explorer {
namespace {

/// A policy of the largest size with its escapes.
constexpr std::size_t kMaxBody = std::size_t{8} << 20U;

}  // namespace

http::Headers safe_headers(std::string_view content_type) {
  http::Headers headers;
  headers.add("Content-Type", std::string(content_type));
  headers.add("Content-Security-Policy",
              "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
              "img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
              "require-trusted-types-for 'script'; trusted-types 'none'");
  headers.add("Cache-Control", "no-store");
  headers.add("X-Content-Type-Options", "nosniff");
  headers.add("X-Frame-Options", "DENY");
  headers.add("Referrer-Policy", "no-referrer");
  headers.add("Cross-Origin-Opener-Policy", "same-origin");
  headers.add("Cross-Origin-Resource-Policy", "same-origin");
  return headers;
}

http::Response reply(int status, std::string_view content_type, std::string body) {
  return http::Response(status, safe_headers(content_type), std::move(body));
}

http::Response json_reply(int status, std::string json) {
  return reply(status, "application/json", std::move(json));
}

http::Response error_reply(int status, std::string_view text) {
  std::string json = R"({"error":)";
  append_json_string(json, text);
  return json_reply(status, json + "}");
}

std::optional<std::uint64_t> number_in(std::string_view text) noexcept {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && stop == end ? std::optional(number) : std::nullopt;
}

boost::asio::awaitable<tl::expected<objects::Json, http::Response>> read_object(
    http::Exchange& exchange) {
  const auto type = exchange.request().headers.first("Content-Type").value_or("");
  if (!type.starts_with("application/json")) {
    co_return tl::unexpected(error_reply(415, "the body must be application/json"));
  }
  const auto body = co_await exchange.read_body(kMaxBody);
  if (!body) {
    const bool large = body.error() == http::BodyError::TooLarge;
    co_return tl::unexpected(large ? error_reply(413, "the body is too large")
                                   : error_reply(400, "the body could not be read"));
  }
  auto json = objects::Json::parse(*body);
  if (!json) {
    co_return tl::unexpected(error_reply(400, "the body is not JSON: " + json.error().message));
  }
  if (json->object() == nullptr) {
    co_return tl::unexpected(error_reply(400, "the body must be an object"));
  }
  co_return *std::move(json);
}

}  // namespace kaudit::apiserver::explorer
