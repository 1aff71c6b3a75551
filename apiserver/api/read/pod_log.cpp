#include <algorithm>
#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "apiserver/api/connect/pod_containers.hpp"
#include "apiserver/api/operations.hpp"
#include "apiserver/api/read/pod_lines.hpp"
#include "apiserver/api/status_errors.hpp"
#include "apiserver/request/list_options.hpp"
#include "base/text/integer.hpp"
#include "base/text/quote.hpp"
#include "base/text/rfc3339.hpp"

namespace kaudit::apiserver::api {
namespace {

// One that is followed writes its lines as one watches, whatever their number, in about a second.
constexpr std::chrono::milliseconds kPause{200};
constexpr std::chrono::milliseconds kWhole{1000};

struct LogRequest {
  bool follow = false;
  bool timestamps = false;
  bool previous = false;
  std::string container;
  std::optional<std::int64_t> tail_lines;
  std::optional<std::int64_t> limit_bytes;
  std::optional<std::int64_t> since_seconds;
  std::optional<Timestamp> since_time;
};

Expected<void> read_number(const request::Url& url, std::string_view name,
                           std::optional<std::int64_t>& to) {
  if (!url.has_parameter(name)) return {};
  const std::string_view text = url.parameter(name);
  const auto number = parse_int64(text);
  if (!number) {
    return tl::unexpected(bad_request(
        "strconv.ParseInt: parsing " + go_quoted(text) +
        (number.error() == IntegerError::Range ? ": value out of range" : ": invalid syntax")));
  }
  to = *number;
  return {};
}

// (kubernetes pkg/apis/core/validation ValidatePodLogOptions)
Expected<void> check(const Call& call, const LogRequest& request) {
  std::vector<FieldError> errors;
  const auto add = [&errors](std::string field, std::int64_t value, std::string_view why) {
    errors.push_back({"FieldValueInvalid", std::move(field),
                      "Invalid value: " + std::to_string(value) + ": " + std::string(why)});
  };
  constexpr std::string_view kPositive = "must be greater than 0";
  if (request.tail_lines && *request.tail_lines < 0) {
    add("tailLines", *request.tail_lines, "must be greater than or equal to 0");
  }
  if (request.limit_bytes && *request.limit_bytes < 1) {
    add("limitBytes", *request.limit_bytes, kPositive);
  }
  if (request.since_seconds && request.since_time) {
    errors.push_back(
        FieldError::forbidden("", "at most one of `sinceTime` or `sinceSeconds` may be specified"));
  } else if (request.since_seconds && *request.since_seconds < 1) {
    add("sinceSeconds", *request.since_seconds, kPositive);
  }
  if (errors.empty()) return {};
  return tl::unexpected(invalid("", "PodLogOptions", call.name, errors));
}

Expected<LogRequest> read_request(const Call& call) {
  const request::Url& url = call.scope.url;
  LogRequest request;
  request.follow = request::is_set(url, "follow");
  request.timestamps = request::is_set(url, "timestamps");
  request.previous = request::is_set(url, "previous");
  request.container = url.parameter("container");
  for (const auto& [name, to] :
       {std::pair("tailLines", &request.tail_lines), std::pair("limitBytes", &request.limit_bytes),
        std::pair("sinceSeconds", &request.since_seconds)}) {
    if (auto read = read_number(url, name, *to); !read) return tl::unexpected(read.error());
  }
  if (const std::string_view text = url.parameter("sinceTime"); !text.empty()) {
    const auto time = parse_rfc3339(text, TimeForm::Time);
    if (!time) {
      return tl::unexpected(bad_request("parsing time " + go_quoted(text) +
                                        " as \"2006-01-02T15:04:05Z07:00\": cannot parse it"));
    }
    request.since_time = *time;
  }
  if (auto valid = check(call, request); !valid) return tl::unexpected(valid.error());
  return request;
}

/// The container whose log it is; nothing refuses a Pod without any here.
Expected<std::string> logging_container(const Call& call, const objects::Json& pod,
                                        const std::string& asked) {
  const bool none =
      container_names(pod, "containers").empty() && container_names(pod, "initContainers").empty();
  if (asked.empty() && none) return std::string();
  return container_of(pod, call.name, asked);
}

Timestamp written_at(const objects::Json& pod) {
  const auto time = parse_rfc3339(pod.find("metadata")->text("creationTimestamp"), TimeForm::Time);
  return time.value_or(Timestamp{0, 0});
}

boost::asio::awaitable<void> write_lines(RequestScope& scope, std::vector<std::string> lines,
                                         LogRequest request, Timestamp written) {
  const bool too_old = (request.since_time && written.seconds < request.since_time->seconds) ||
                       (request.since_seconds &&
                        written.seconds < Timestamp::now().seconds - *request.since_seconds);
  const auto count = static_cast<std::int64_t>(lines.size());
  const std::int64_t first =
      too_old && !request.follow
          ? count
          : std::max<std::int64_t>(0, count - request.tail_lines.value_or(count));
  const auto pause = std::min(kPause, kWhole / std::max<std::int64_t>(1, count));
  std::int64_t room = request.limit_bytes.value_or(std::numeric_limits<std::int64_t>::max());
  for (std::int64_t line = first; line < count && room > 0; ++line) {
    std::string text;
    if (request.timestamps) {
      append_local_nano_time(text, request.follow ? Timestamp::now() : written);
      text += ' ';
    }
    text += lines[static_cast<std::size_t>(line)] + "\n";
    if (static_cast<std::int64_t>(text.size()) > room) text.resize(static_cast<std::size_t>(room));
    room -= static_cast<std::int64_t>(text.size());
    co_await scope.exchange.write(text);
    if (request.follow && !co_await scope.cancellation.sleep_for(pause)) break;
  }
}

}  // namespace

Streamed pod_log(Call& call) {
  RequestScope& scope = call.scope;
  const auto request = read_request(call);
  if (!request) co_return answer_with(scope, request.error());
  const auto pod = co_await call.store().get(call.key(call.name));
  if (!pod) co_return answer_with(scope, refused(call, pod.error()));
  const objects::Json tree = (*pod)->tree();
  const auto container = logging_container(call, tree, request->container);
  if (!container) co_return answer_with(scope, container.error());
  if (request->previous) {
    co_return answer_with(
        scope, bad_request("previous terminated container " + go_quoted(*container) + " in pod " +
                           go_quoted(call.name) + " not found"));
  }

  http::Headers headers;
  headers.set("Content-Type", "text/plain");
  co_return Answer::stream(
      200, std::move(headers),
      write_lines(scope, pod_lines(tree, call.name, *container), *request, written_at(tree)));
}

}  // namespace kaudit::apiserver::api
