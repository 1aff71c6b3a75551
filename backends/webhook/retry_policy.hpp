#pragma once

#include <chrono>
#include <functional>
#include <optional>

namespace kaudit::backends::webhook {

/// How long one POST may take in all, from looking up the name to the last byte of the answer; and
/// how long an attempt may take with all that Retry-After asks for.
inline constexpr std::chrono::seconds kRequestTimeout{30};

/// When a list of events is posted again, and when it is given up: 5 attempts with a growing pause
/// between them. Within an attempt a receiver may ask for up to 10 more tries by Retry-After. Pure:
/// no clock, no waiting; one for each list. (k8s.io/apimachinery wait.ExponentialBackoff,
/// k8s.io/client-go rest.withRetry)
class RetryPolicy {
 public:
  static constexpr int kAttempts = 5;
  static constexpr int kTriesMoreInAttempt = 10;
  static constexpr double kFactor = 1.5;
  static constexpr double kJitter = 0.2;

  /// `random` gives numbers of [0, 1).
  RetryPolicy(std::chrono::nanoseconds initial_backoff, std::function<double()> random);

  /// A try failed. `retry_after` is what the receiver asked for and may ask for (see
  /// retry_after()); `in_attempt` how long the attempt has lasted. The wait before the next try, or
  /// nothing when there is none.
  std::optional<std::chrono::nanoseconds> failed(std::optional<std::chrono::seconds> retry_after,
                                                 std::chrono::nanoseconds in_attempt);

  /// The attempt that the next failed() is about, from 1 on.
  int attempt() const noexcept { return attempt_; }
  /// True when the try that comes next begins an attempt; so at the start.
  bool begins_attempt() const noexcept { return tries_more_ == 0; }

 private:
  std::chrono::nanoseconds backoff_;
  std::function<double()> random_;
  int attempt_ = 1;
  int tries_more_ = 0;  ///< in this attempt so far
};

}  // namespace kaudit::backends::webhook
