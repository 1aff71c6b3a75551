#include "apiserver/api/watch/watch_request.hpp"

#include <algorithm>
#include <random>
#include <utility>

#include "apiserver/api/read/list_validation.hpp"
#include "apiserver/api/resource_version.hpp"
#include "apiserver/api/status_errors.hpp"

namespace kaudit::apiserver::api {
namespace {

using Clock = WatchRequest::Clock;

constexpr std::chrono::seconds kAheadOfDeadline(2);

// Without timeoutSeconds: between 30 and 60 minutes, so that not all clients come back at once.
// (--min-request-timeout)
std::chrono::seconds random_patience() {
  thread_local std::mt19937 random{std::random_device{}()};
  return std::chrono::seconds(std::uniform_int_distribution<int>(1800, 3600)(random));
}

Clock::time_point deadline_of(const request::ListOptions& options) {
  const std::int64_t seconds = options.timeout_seconds.value_or(0);
  constexpr std::int64_t kLongest = 365LL * 24 * 3600;
  return Clock::now() +
         (seconds > 0 ? std::chrono::seconds(std::min(seconds, kLongest)) : random_patience());
}

}  // namespace

Expected<WatchRequest> WatchRequest::read(const Call& call) {
  const auto options = read_list_options(call);
  if (!options) return tl::unexpected(options.error());
  auto selection = Selection::of(call, *options);
  if (!selection) return tl::unexpected(selection.error());
  const auto view = view_of(call);
  if (!view) return tl::unexpected(view.error());
  WatchRequest request{*std::move(selection), {}, {}, {}, {}, *view};
  request.deadline = deadline_of(*options);
  if (options->allow_watch_bookmarks) request.bookmarks = Bookmarks::Yes;

  std::uint64_t version = 0;
  const std::uint64_t current = call.store().resource_version();
  if (!options->resource_version.empty()) {
    const auto parsed = parse_resource_version(options->resource_version);
    if (!parsed) return tl::unexpected(unexpected(parsed.error().message));
    version = *parsed;
    // What exists at a version to come cannot be shown; its changes can be waited for.
    if (version > current && options->send_initial_events == true) {
      return tl::unexpected(version_too_large(version, current));
    }
  }
  if (options->send_initial_events == true) {
    // What exists now is not older than any version that has been.
    if (options->allow_watch_bookmarks) request.initial_events = InitialEvents::EndWithBookmark;
  } else if (version != 0) {
    request.after = version;
  } else if (options->send_initial_events == false) {
    request.after = current;
  }
  return request;
}

Clock::time_point first_bookmark(Clock::time_point now, Clock::time_point deadline,
                                 std::chrono::milliseconds period) {
  return deadline - kAheadOfDeadline <= now ? now : next_bookmark(now, deadline, period);
}

Clock::time_point next_bookmark(Clock::time_point now, Clock::time_point deadline,
                                std::chrono::milliseconds period) {
  const Clock::time_point regular = now + period;
  const Clock::time_point last = deadline - kAheadOfDeadline;
  if (now < last && last < regular) return last;
  return regular < deadline ? regular : Clock::time_point::max();
}

}  // namespace kaudit::apiserver::api
