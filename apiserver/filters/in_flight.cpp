#include <algorithm>
#include <utility>

#include "apiserver/filters/filters.hpp"
#include "apiserver/identity/well_known.hpp"
#include "apiserver/in_flight_limits.hpp"

namespace kaudit::apiserver::filters {
namespace {

/// One of the places, for as long as a request needs it.
class Place {
 public:
  explicit Place(InFlightLimits::Counter& counter)
      : counter_(counter.take() ? &counter : nullptr) {}
  Place(Place&& other) noexcept : counter_(std::exchange(other.counter_, nullptr)) {}
  Place& operator=(Place&&) = delete;
  ~Place() {
    if (counter_ != nullptr) counter_->give_back();
  }
  bool taken() const noexcept { return counter_ != nullptr; }

 private:
  InFlightLimits::Counter* counter_;
};

/// A stream is under way until its body has ended.
awaitable<void> in_its_place(Place place, Answer::Body body) {
  const Place held = std::move(place);
  co_await std::move(body);
}

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

awaitable<Answer> in_flight(RequestScope& scope, Next next) {
  InFlightLimits* limits = next.services().in_flight;
  if (limits == nullptr || scope.info.long_running()) co_return co_await next(scope);
  Place place(reads_only(scope.info) ? limits->reading : limits->mutating);
  if (!place.taken() && !is_master(scope.user)) co_return too_many();
  Answer answer = co_await next(scope);
  if (answer.has_body()) answer.body = in_its_place(std::move(place), std::move(answer.body));
  co_return std::move(answer);
}

}  // namespace kaudit::apiserver::filters
