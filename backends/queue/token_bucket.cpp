#include "backends/queue/token_bucket.hpp"

#include <algorithm>
#include <chrono>

namespace kaudit::backends {
namespace {

using Seconds = std::chrono::duration<double>;

constexpr Seconds kLongestDelay = std::chrono::hours(1);
/// What rounding may take from a token that was waited for.
constexpr double kRounding = 1e-6;

}  // namespace

double TokenBucket::tokens_at(SteadyTime now) const {
  return std::min(rate_.burst, tokens_ + Seconds(now - at_).count() * rate_.per_second);
}

SteadyTime TokenBucket::next(SteadyTime now) const {
  const double missing = 1 - tokens_at(now);
  if (missing <= kRounding) return now;
  const Seconds wait = std::min(kLongestDelay, Seconds(missing / rate_.per_second));
  return now + std::chrono::ceil<SteadyTime::duration>(wait);
}

void TokenBucket::take(SteadyTime now) {
  tokens_ = std::max(0.0, tokens_at(now) - 1);
  at_ = now;
}

}  // namespace kaudit::backends
