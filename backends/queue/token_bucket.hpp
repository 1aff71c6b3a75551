#pragma once

#include "backends/plugin_error.hpp"

namespace kaudit::backends {

/// Lets things happen `per_second` on average and `burst` at once after a pause; it begins full.
/// Pure: the caller says what time it is, and time never runs backwards. Not thread-safe.
/// (k8s.io/client-go flowcontrol NewTokenBucketRateLimiter)
class TokenBucket {
 public:
  struct Rate {
    double per_second = 0;
    double burst = 0;
  };

  TokenBucket(Rate rate, SteadyTime now) : rate_(rate), tokens_(rate.burst), at_(now) {}

  /// When a token is there: now or, at the latest, as far away as it makes sense to wait in one
  /// piece (an hour).
  SteadyTime next(SteadyTime now) const;
  /// Takes one, which must be there.
  void take(SteadyTime now);

 private:
  double tokens_at(SteadyTime now) const;

  Rate rate_;
  double tokens_;
  SteadyTime at_;
};

}  // namespace kaudit::backends
