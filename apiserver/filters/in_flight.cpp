#include <algorithm>
#include <utility>

#include "apiserver/filters/filters.hpp"
#include "apiserver/identity/well_known.hpp"

namespace kaudit::apiserver::filters {
namespace {

bool reads_only(const request::RequestInfo& info) {
  return info.verb == "get" || info.verb == "list" || info.verb == "watch";
}

// Administrators always get an answer: it may be theirs to see why there are too many requests.
bool is_master(const audit::UserInfo& user) {
  return std::find(user.groups.begin(), user.groups.end(), identity::kPrivilegedGroup) !=
         user.groups.end();
}

Answer too_many() {
  http::Headers headers;
  headers.set("Content-Type", "text/plain; charset=utf-8");
  headers.set("Retry-After", "1");
  headers.set("X-Content-Type-Options", "nosniff");
  return Answer(
      http::Response(429, std::move(headers), "Too many requests, please try again later.\n"));
}

}  // namespace

// A stream keeps its place until its body has ended, a whole answer until it is about to leave
// (send_answer.cpp).
awaitable<Answer> in_flight(RequestScope& scope, Next next) {
  InFlightLimits* limits = next.services().in_flight;
  if (limits == nullptr || scope.info.long_running) return next(scope);
  scope.place.emplace(reads_only(scope.info) ? limits->reading : limits->mutating);
  if (!scope.place->taken() && !is_master(scope.user)) return ready(too_many());
  return next(scope);
}

}  // namespace kaudit::apiserver::filters
