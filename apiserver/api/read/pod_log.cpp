#include <chrono>
#include <cstdint>
#include <string>
#include <utility>

#include "apiserver/api/operations.hpp"
#include "apiserver/api/status_errors.hpp"
#include "apiserver/request/list_options.hpp"
#include "base/text/integer.hpp"
#include "base/text/quote.hpp"

namespace kaudit::apiserver::api {
namespace {

// Nothing runs here: every pod has written the same few lines, and one that is followed writes them
// as one watches.
constexpr std::int64_t kLines = 5;
constexpr std::chrono::milliseconds kPause{200};

struct LogRequest {
  bool follow = false;
  std::int64_t first = 1;  // the number of the first line to show
};

Expected<LogRequest> read_request(const request::Url& url) {
  LogRequest request;
  request.follow =
      url.has_parameter("follow") && request::is_true_parameter(url.parameter("follow"));
  for (const std::string_view name : {"tailLines", "limitBytes", "sinceSeconds"}) {
    if (!url.has_parameter(name)) continue;
    const std::string_view text = url.parameter(name);
    const auto number = parse_int64(text);
    if (!number) {
      return tl::unexpected(
          bad_request("strconv.ParseInt: parsing " + go_quoted(text) + ": invalid syntax"));
    }
    if (name == "tailLines" && *number >= 0 && *number < kLines) {
      request.first = kLines - *number + 1;
    }
  }
  return request;
}

boost::asio::awaitable<void> write_lines(RequestScope& scope, std::string pod, LogRequest request) {
  for (std::int64_t line = request.first; line <= kLines; ++line) {
    co_await scope.exchange.write(pod + " line " + std::to_string(line) + "\n");
    if (request.follow && !co_await scope.cancellation.sleep_for(kPause)) break;
  }
}

}  // namespace

Streamed pod_log(Call& call) {
  RequestScope& scope = call.scope;
  const auto request = read_request(scope.url);
  if (!request) co_return answer_with(scope, request.error());
  const auto pod = co_await call.store().get(call.key(call.name));
  if (!pod) co_return answer_with(scope, refused(call, pod.error()));

  http::Headers headers;
  headers.set("Content-Type", "text/plain");
  co_return Answer::stream(200, std::move(headers), write_lines(scope, call.name, *request));
}

}  // namespace kaudit::apiserver::api
