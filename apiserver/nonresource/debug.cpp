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

#include "apiserver/answer.hpp"
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

/// A number from the query, or `fallback` when it is absent; nullopt when it is not a number of
/// that range.
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

Answer bad_number(const RequestScope& scope, std::string_view name, int least, int most) {
  return status_answer(failure(
      400, "BadRequest",
      "parameter " + std::string(name) + "=" + go_quoted(scope.url.parameter(name)) +
          " must be a whole number from " + std::to_string(least) + " to " + std::to_string(most)));
}

[[noreturn]] void throw_panic() { throw std::runtime_error("debug panic asked for"); }

awaitable<void> write_and_panic(RequestScope& scope) {
  co_await scope.exchange.write("partial\n");
  throw_panic();
}

awaitable<Answer> panic(RequestScope& scope) {
  if (scope.url.parameter("after") != "write") throw_panic();
  co_return Answer::stream(200, text_headers(), write_and_panic(scope));
}

/// False: the wait heeds cancellation, and the request was cancelled.
awaitable<bool> wait(RequestScope& scope, std::chrono::milliseconds duration) {
  if (scope.url.parameter("ctx") == "1") {
    co_return co_await scope.cancellation.sleep_for(duration);
  }
  asio::steady_timer timer(scope.exchange.executor(), duration);
  co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
  co_return true;
}

awaitable<void> write_slowly(RequestScope& scope, std::chrono::milliseconds duration) {
  co_await scope.exchange.write("early\n");
  // Named: g++ 12 puts the condition of `if (co_await …) co_await …` in front of the coroutine's
  // frame.
  const bool whole = co_await wait(scope, duration);
  if (whole) co_await scope.exchange.write("slow done\n");
}

awaitable<Answer> slow(RequestScope& scope) {
  constexpr int kMostMs = 600'000;
  const auto ms = number(scope, "ms", 0, 0, kMostMs);
  if (!ms) co_return bad_number(scope, "ms", 0, kMostMs);
  const std::chrono::milliseconds duration(*ms);
  if (scope.url.parameter("early") == "1") {
    co_return Answer::stream(200, text_headers(), write_slowly(scope, duration));
  }
  if (!co_await wait(scope, duration)) co_return Answer();
  co_return Answer::text(200, kText, "slow done\n");
}

Answer status(const RequestScope& scope) {
  constexpr int kLeast = 200;
  constexpr int kMost = 999;
  const auto code = number(scope, "code", kLeast, kLeast, kMost);
  if (!code) return bad_number(scope, "code", kLeast, kMost);
  http::Response response(*code, {}, std::string(scope.url.parameter("body")));
  if (!response.body.empty()) response.headers = text_headers();
  return Answer(std::move(response));
}

}  // namespace

void NonResource::add_debug() {
  add("/debug/panic", panic);
  add("/debug/slow", slow);
  add("/debug/status", [](RequestScope& scope) { return ready(status(scope)); });
  add("/debug/nothing", [](RequestScope&) { return ready(Answer()); });
}

}  // namespace kaudit::apiserver::nonresource
