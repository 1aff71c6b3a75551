#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "apiserver/api/list_validation.hpp"
#include "apiserver/api/operations.hpp"
#include "apiserver/api/resource_version.hpp"
#include "apiserver/api/selection.hpp"
#include "apiserver/api/status_errors.hpp"

namespace kaudit::apiserver::api {
namespace {

using Clock = std::chrono::steady_clock;
using store::Change;

/// What the client asked of a watch.
struct WatchRequest {
  Selection selection;
  std::optional<std::uint64_t> after;  // nullopt: begin with what exists
  Clock::time_point deadline;
};

// Without timeoutSeconds: between 30 and 60 minutes, so that not all clients come back at once.
// (--min-request-timeout)
std::chrono::seconds random_patience() {
  thread_local std::mt19937 random{std::random_device{}()};
  return std::chrono::seconds(std::uniform_int_distribution<int>(1800, 3600)(random));
}

Expected<WatchRequest> read_request(const Call& call) {
  const auto options = read_list_options(call);
  if (!options) return tl::unexpected(options.error());
  auto selection = Selection::of(call, *options);
  if (!selection) return tl::unexpected(selection.error());
  if (options->send_initial_events) {
    // A client that is not refused would wait for a bookmark for ever; refused, it falls back to
    // list and watch.
    return tl::unexpected(invalid(
        "meta.k8s.io", "ListOptions", "",
        {FieldError::forbidden("sendInitialEvents",
                               "sendInitialEvents is forbidden for watch unless the WatchList "
                               "feature gate is enabled")}));
  }
  WatchRequest request{*std::move(selection), {}, {}};
  if (!options->resource_version.empty()) {
    const auto version = parse_resource_version(options->resource_version);
    if (!version) return tl::unexpected(unexpected(version.error().message));
    if (*version != 0) request.after = *version;
  }
  const std::int64_t seconds = options->timeout_seconds.value_or(0);
  constexpr std::int64_t kLongest = 365LL * 24 * 3600;
  request.deadline = Clock::now() + (seconds > 0 ? std::chrono::seconds(std::min(seconds, kLongest))
                                                 : random_patience());
  return request;
}

void append_event(std::string& out, std::string_view type, std::string_view object) {
  out.append("{\"type\":\"").append(type).append("\",\"object\":").append(object).append("}\n");
}

// What a change means to somebody who sees only a selection: an object that comes into it is added,
// one that leaves it is deleted. "" when it means nothing.
std::string_view type_for(const Change& event, const Selection& selection) {
  const bool now = event.type != Change::Type::Deleted && selection.matches(*event.object);
  const bool before = event.previous != nullptr && selection.matches(*event.previous);
  if (now) return before ? "MODIFIED" : "ADDED";
  return before ? "DELETED" : "";
}

std::string events_text(const std::vector<store::ChangePtr>& events, const WatchRequest& request) {
  std::string text;
  for (const store::ChangePtr& change : events) {
    const Change& event = *change;
    const std::uint64_t version = event.version();
    const std::string_view type = type_for(event, request.selection);
    if (type.empty()) continue;
    const bool left = type == "DELETED" && event.type == Change::Type::Modified;
    // Who leaves the selection is shown as it was, at the version of the change.
    append_event(text, type,
                 left ? event.previous->at_version(version)->text() : event.object->text());
  }
  return text;
}

boost::asio::awaitable<void> stream(Call& call, const WatchRequest& request,
                                    store::StartedWatch started) {
  RequestScope& scope = call.scope;
  std::string initial;
  for (const objects::ObjectPtr& object : started.objects) {
    if (request.selection.matches(*object)) append_event(initial, "ADDED", object->text());
  }
  started.objects.clear();
  if (!initial.empty()) co_await scope.response.write(initial);

  store::Watch& watch = *started.watch;
  const Cancellation::Subscription stop(scope.cancellation, [&watch] { watch.interrupt(); });
  while (!scope.cancellation.cancelled() && Clock::now() < request.deadline && !watch.cut()) {
    const auto events = co_await watch.next(request.deadline);
    const std::string text = events_text(events, request);
    if (!text.empty()) co_await scope.response.write(text);
  }
}

}  // namespace

Streamed watch(Call& call) {
  const auto request = read_request(call);
  if (!request) co_return tl::unexpected(request.error());
  // Named: g++ 12 copies braced aggregates in a co_await expression bit by bit.
  const store::WatchStart start{request->after, call.scope.exchange.executor()};
  auto started = co_await call.store().watch(request->selection.prefix(), start);
  if (!started && started.error() == store::Refusal::NotReached) {
    co_return tl::unexpected(version_too_large(*request->after, call.store().resource_version()));
  }
  if (!started && started.error() != store::Refusal::Expired) {
    co_return tl::unexpected(refused(call, started.error()));
  }
  http::Headers headers;
  headers.set("Content-Type", "application/json");
  co_await call.scope.response.begin(200, std::move(headers));
  if (started) {
    co_await stream(call, *request, *std::move(started));
  } else {
    // As from the real server's watch cache: the refusal is an event of the stream.
    std::string status;
    append_json(status, expired(*request->after, call.store().resource_version()));
    std::string event;
    append_event(event, "ERROR", status);
    co_await call.scope.response.write(event);
  }
  co_await call.scope.response.finish();
  co_return Expected<void>();
}

}  // namespace kaudit::apiserver::api
