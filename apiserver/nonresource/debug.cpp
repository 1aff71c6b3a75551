// `--enable-debug-endpoints`: what a handler can do to a request, on demand
// (docs/contributing.md, "Names to keep").
#include <charconv>
#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "apiserver/answers.hpp"
#include "apiserver/nonresource/nonresource.hpp"
#include "base/text/quote.hpp"

namespace kaudit::apiserver::nonresource {
namespace {

namespace asio = boost::asio;
using asio::awaitable;

constexpr std::string_view kText = "text/plain; charset=utf-8";

http::Headers text_headers() {
  http::Headers headers;
  headers.set("Content-Type", std::string(kText));
  return headers;
}

/// A number from the query, or `fallback` when it is absent; nullopt when it is no number of that
/// range.
std::optional<int> number(const RequestScope& scope, std::string_view name, int fallback, int least,
                          int most) {
  const std::string_view text = scope.url.parameter(name);
  if (text.empty()) return fallback;
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < least || value > most) {
    return std::nullopt;
  }
  return value;
}

awaitable<void> bad_number(RequestScope& scope, std::string_view name, int least, int most) {
  const audit::Status status = failure(
      400, "BadRequest",
      "parameter " + std::string(name) + "=" + go_quoted(scope.url.parameter(name)) +
          " must be a whole number from " + std::to_string(least) + " to " + std::to_string(most));
  co_await answer_status(scope, status);
}

awaitable<void> panic(RequestScope& scope) {
  if (scope.url.parameter("after") == "write") {
    http::Headers headers = text_headers();
    co_await scope.response.begin(200, std::move(headers));
    co_await scope.response.write("partial\n");
  }
  throw std::runtime_error("debug panic asked for");
}

awaitable<void> slow(RequestScope& scope) {
  constexpr int kMostMs = 600'000;
  const auto ms = number(scope, "ms", 0, 0, kMostMs);
  if (!ms) {
    co_await bad_number(scope, "ms", 0, kMostMs);
    co_return;
  }
  const bool early = scope.url.parameter("early") == "1";
  if (early) {
    http::Headers headers = text_headers();
    co_await scope.response.begin(200, std::move(headers));
    co_await scope.response.write("early\n");
  }
  const std::chrono::milliseconds duration(*ms);
  if (scope.url.parameter("ctx") == "1") {
    if (!co_await scope.cancellation.sleep_for(duration)) co_return;
  } else {
    asio::steady_timer timer(scope.exchange.executor(), duration);
    co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
  }
  if (early) {
    co_await scope.response.write("slow done\n");
    co_await scope.response.finish();
  } else {
    co_await scope.response.send(200, kText, "slow done\n");
  }
}

awaitable<void> status(RequestScope& scope) {
  constexpr int kLeast = 200;
  constexpr int kMost = 999;
  const auto code = number(scope, "code", kLeast, kLeast, kMost);
  if (!code) {
    co_await bad_number(scope, "code", kLeast, kMost);
    co_return;
  }
  http::Response response(*code, {}, std::string(scope.url.parameter("body")));
  if (!response.body.empty()) response.headers = text_headers();
  co_await scope.response.send(std::move(response));
}

awaitable<void> nothing(RequestScope& /*scope*/) { co_return; }

}  // namespace

void NonResource::add_debug() {
  add("/debug/panic", panic);
  add("/debug/slow", slow);
  add("/debug/status", status);
  add("/debug/nothing", nothing);
}

}  // namespace kaudit::apiserver::nonresource
