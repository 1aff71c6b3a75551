#include "backends/webhook/retry_policy.hpp"

#include <algorithm>
#include <utility>

namespace kaudit::backends::webhook {
namespace {

using std::chrono::nanoseconds;

/// The initial backoff is a flag's: grown, it must not overflow.
nanoseconds times(nanoseconds duration, double factor) {
  const double product = static_cast<double>(duration.count()) * factor;
  const auto limit = static_cast<double>(nanoseconds(std::chrono::hours(24 * 365)).count());
  return nanoseconds(static_cast<nanoseconds::rep>(std::clamp(product, 0.0, limit)));
}

}  // namespace

RetryPolicy::RetryPolicy(nanoseconds initial_backoff, std::function<double()> random)
    : backoff_(initial_backoff), random_(std::move(random)) {}

std::optional<nanoseconds> RetryPolicy::failed(std::optional<std::chrono::seconds> retry_after,
                                               nanoseconds in_attempt) {
  nanoseconds rest_of_attempt{0};
  if (retry_after && tries_more_ < kTriesMoreInAttempt) {
    const nanoseconds left = std::max(nanoseconds(0), kRequestTimeout - in_attempt);
    if (std::max(*retry_after, std::chrono::seconds(0)) < left) {
      ++tries_more_;
      return std::max(*retry_after, std::chrono::seconds(0));
    }
    // The attempt ends while waiting for what the receiver asked for.
    rest_of_attempt = left;
  }
  if (attempt_ == kAttempts) return std::nullopt;
  ++attempt_;
  tries_more_ = 0;
  const nanoseconds wait = times(backoff_, 1 + kJitter * random_());
  backoff_ = times(backoff_, kFactor);
  return rest_of_attempt + wait;
}

}  // namespace kaudit::backends::webhook
