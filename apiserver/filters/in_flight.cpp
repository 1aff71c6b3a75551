#include <algorithm>

#include "apiserver/filters/filters.hpp"
#include "apiserver/identity/well_known.hpp"
#include "apiserver/in_flight_limits.hpp"

namespace kaudit::apiserver::filters {
namespace {

/// One of the places, for as long as a request needs it.
class Place {
 public:
  explicit Place(InFlightLimits::Counter& counter) : counter_(counter), taken_(counter.take()) {}
  ~Place() {
    if (taken_) counter_.give_back();
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  bool taken() const noexcept { return taken_; }

 private:
  InFlightLimits::Counter& counter_;
  const bool taken_;
};

bool reads_only(const request::RequestInfo& info) {
  return info.verb == "get" || info.verb == "list" || info.verb == "watch";
}

// Administrators always get an answer: it may be theirs to see why there are too many requests.
bool is_master(const audit::UserInfo& user) {
  return std::find(user.groups.begin(), user.groups.end(), identity::kPrivilegedGroup) !=
         user.groups.end();
}

}  // namespace

awaitable<void> in_flight(RequestScope& scope, const Services& services, Next next) {
  InFlightLimits* limits = services.in_flight;
  if (limits == nullptr || scope.info.long_running()) {
    co_await next(scope);
    co_return;
  }
  const Place place(reads_only(scope.info) ? limits->reading : limits->mutating);
  if (place.taken() || is_master(scope.user)) {
    co_await next(scope);
    co_return;
  }
  http::Headers headers;
  headers.set("Content-Type", "text/plain; charset=utf-8");
  headers.set("Retry-After", "1");
  headers.set("X-Content-Type-Options", "nosniff");
  http::Response response(429, std::move(headers), "Too many requests, please try again later.\n");
  co_await scope.response.send(std::move(response));
}

}  // namespace kaudit::apiserver::filters
