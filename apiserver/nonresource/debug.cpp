// `--enable-debug-endpoints`: what a handler can do to a request, on demand
// (docs/contributing.md, "Names to keep").
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "apiserver/answer.hpp"
#include "apiserver/nonresource/nonresource.hpp"
#include "base/text/integer.hpp"
#include "base/text/list.hpp"
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

/// Reads what a debug path is asked with. Whatever cannot be understood is refused with the right
/// form: a test that means to show a panic and misspells it should not pass because of a plain 200.
class Parameters {
 public:
  /// `known`: the names that the path has.
  Parameters(const RequestScope& scope, std::initializer_list<std::string_view> known)
      : scope_(scope), url_(scope.url) {
    for (const auto& [name, value] : url_.query()) {
      // Every request may say how long it is to take.
      if (name == "timeout" || std::find(known.begin(), known.end(), name) != known.end()) continue;
      refuse("parameter " + go_quoted(name) +
             " is not known here: " + std::string(scope.info.path) + " has " +
             (known.size() == 0 ? "none" : joined(known, ", ")));
    }
  }

  int number(std::string_view name, int fallback, int least, int most) {
    if (!url_.has_parameter(name)) return fallback;
    const auto value = parse_int64(url_.parameter(name));
    if (value && *value >= least && *value <= most) return static_cast<int>(*value);
    refuse(name, "a whole number from " + std::to_string(least) + " to " + std::to_string(most));
    return fallback;
  }

  /// 1 is yes; 0, or nothing of that name, no.
  bool flag(std::string_view name) {
    const std::string_view value = url_.parameter(name);
    if (url_.has_parameter(name) && value != "0" && value != "1") refuse(name, "0 or 1");
    return value == "1";
  }

  /// True when it has the only value that it may have.
  bool is(std::string_view name, std::string_view value) {
    if (!url_.has_parameter(name)) return false;
    if (url_.parameter(name) != value) refuse(name, std::string(value) + ", or left out");
    return true;
  }

  std::string_view text(std::string_view name) const { return url_.parameter(name); }

  bool refused() const noexcept { return !refusal_.empty(); }
  Answer refusal() const { return status_answer(scope_, failure(400, "BadRequest", refusal_)); }

 private:
  void refuse(std::string_view name, const std::string& form) {
    refuse("parameter " + std::string(name) + "=" + go_quoted(url_.parameter(name)) + " must be " +
           form);
  }
  /// Only the first one is answered.
  void refuse(std::string why) {
    if (refusal_.empty()) {
      refusal_ = std::move(why);
    }
  }

  const RequestScope& scope_;
  const request::Url& url_;
  std::string refusal_;
};

[[noreturn]] void throw_panic() { throw std::runtime_error("debug panic asked for"); }

awaitable<void> write_and_panic(RequestScope& scope) {
  co_await scope.exchange.write("partial\n");
  throw_panic();
}

awaitable<Answer> panic(RequestScope& scope) {
  Parameters parameters(scope, {"after"});
  const bool after_write = parameters.is("after", "write");
  if (parameters.refused()) co_return parameters.refusal();
  if (!after_write) throw_panic();
  co_return Answer::stream(200, text_headers(), write_and_panic(scope));
}

/// Whether a slow handler ends early when its request is cancelled.
enum class Heeds : std::uint8_t { Nothing, Cancellation };

/// False: the wait heeds cancellation, and the request was cancelled.
awaitable<bool> wait(RequestScope& scope, std::chrono::milliseconds duration, Heeds heeds) {
  if (heeds == Heeds::Cancellation) {
    co_return co_await scope.cancellation.sleep_for(duration);
  }
  asio::steady_timer timer(scope.exchange.executor(), duration);
  co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
  co_return true;
}

awaitable<void> write_slowly(RequestScope& scope, std::chrono::milliseconds duration, Heeds heeds) {
  co_await scope.exchange.write("early\n");
  // Named: g++ 12 puts the condition of `if (co_await …) co_await …` in front of the coroutine's
  // frame.
  const bool whole = co_await wait(scope, duration, heeds);
  if (whole) co_await scope.exchange.write("slow done\n");
}

awaitable<Answer> slow(RequestScope& scope) {
  constexpr int kMostMs = 600'000;
  Parameters parameters(scope, {"ms", "ctx", "early"});
  const std::chrono::milliseconds duration(parameters.number("ms", 0, 0, kMostMs));
  const Heeds heeds = parameters.flag("ctx") ? Heeds::Cancellation : Heeds::Nothing;
  const bool early = parameters.flag("early");
  if (parameters.refused()) co_return parameters.refusal();
  if (early) co_return Answer::stream(200, text_headers(), write_slowly(scope, duration, heeds));
  const bool whole = co_await wait(scope, duration, heeds);
  if (!whole) co_return Answer();
  co_return Answer::text(200, kText, "slow done\n");
}

Answer status(const RequestScope& scope) {
  constexpr int kLeast = 200;
  constexpr int kMost = 999;
  Parameters parameters(scope, {"code", "body"});
  const int code = parameters.number("code", kLeast, kLeast, kMost);
  if (parameters.refused()) return parameters.refusal();
  http::Response response(code, {}, std::string(parameters.text("body")));
  if (!response.body.empty()) response.headers = text_headers();
  return Answer(std::move(response));
}

Answer nothing(const RequestScope& scope) {
  const Parameters parameters(scope, {});
  return parameters.refused() ? parameters.refusal() : Answer();
}

}  // namespace

void NonResource::add_debug() {
  add("/debug/panic", panic);
  add("/debug/slow", slow);
  add("/debug/status", [](RequestScope& scope) { return ready(status(scope)); });
  add("/debug/nothing", [](RequestScope& scope) { return ready(nothing(scope)); });
}

}  // namespace kaudit::apiserver::nonresource
