#include "backends/queue/batch_plan.hpp"

#include <algorithm>

namespace kaudit::backends {
namespace {

/// Longer waits would overflow when added to a time that is far from the clock's zero.
constexpr std::chrono::nanoseconds kLongestWait = std::chrono::hours(24 * 365);

}  // namespace

BatchPlan::BatchPlan(const Settings& settings, SteadyTime now)
    : max_size_(settings.max_size),
      max_wait_(std::min(settings.max_wait, kLongestWait)),
      rest_(settings.rest),
      began_(now),
      rest_until_(now) {
  if (settings.throttle) throttle_.emplace(*settings.throttle, now);
}

BatchPlan::Decision BatchPlan::decide(std::size_t waiting, SteadyTime now) {
  if (now < rest_until_ && !flush_ && !draining_) return {0, rest_until_, true};
  if (waiting == 0) {
    empty_ = true;
    return {};
  }
  if (empty_ && max_wait_.count() > 0) began_ += (now - began_) / max_wait_ * max_wait_;
  empty_ = false;
  if (!draining_) {
    const SteadyTime due = began_ + max_wait_;
    if (waiting < max_size_ && now < due && !flush_) return {0, due};
    if (throttle_) {
      if (const auto allowed = throttle_->next(now); allowed > now) return {0, allowed};
    }
  }
  return {std::min(waiting, max_size_), std::nullopt};
}

void BatchPlan::sent(SteadyTime now) {
  began_ = now;
  rest_until_ = now + rest_;
  flush_ = false;
  if (throttle_ && !draining_) throttle_->take(now);
}

}  // namespace kaudit::backends
