#include "apiserver/answer.hpp"
#include "apiserver/filters/event_recording.hpp"
#include "apiserver/filters/filters.hpp"
#include "base/text/duration.hpp"

namespace kaudit::apiserver::filters {

awaitable<Answer> request_deadline(RequestScope& scope, Next next) {
  const Services& services = next.services();
  scope.deadline = scope.started + services.request_timeout;
  const std::string_view text = scope.url.parameter("timeout");
  if (text.empty() || scope.info.long_running) {
    return next(scope);
  }
  const auto asked = parse_duration(text);
  if (!asked) {
    return refuse_unaudited(
        scope, services,
        failure(400, "BadRequest",
                "invalid timeout specified in the request URL - " + asked.error().message));
  }
  // 0 and less mean the default; nobody gets more than it.
  if (asked->count() > 0 && *asked < services.request_timeout) {
    scope.deadline = scope.started + *asked;
  }
  return next(scope);
}

}  // namespace kaudit::apiserver::filters
