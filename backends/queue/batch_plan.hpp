#pragma once

#include <chrono>
#include <cstddef>
#include <optional>

#include "backends/plugin_error.hpp"
#include "backends/queue/token_bucket.hpp"

namespace kaudit::backends {

/// When the next batch goes out, and how large it is (audit-semantics 6.2, 8.5): at `max_size`
/// events, or `max_wait` after its collection began, which is when the one before went out; a
/// collection that ends without an event starts over. Then the throttle may hold it back.
///
/// Pure: it neither looks at a clock nor waits, so that tests need not either. Not thread-safe.
class BatchPlan {
 public:
  struct Settings {
    std::size_t max_size = 1;                     ///< events, at least 1
    std::chrono::nanoseconds max_wait{0};         ///< not above 0: what is there goes out at once
    std::optional<TokenBucket::Rate> throttle{};  ///< batches
    /// The least time between two batches, full or not: what comes in quick succession then goes
    /// out together, and nobody is woken for each event. What comes later goes out at once.
    std::chrono::nanoseconds rest{0};
  };

  struct Decision {
    std::size_t send = 0;  ///< so many events now
    /// Nothing to send: when to ask again, unless an event comes to an empty queue or a batch gets
    /// full before. None: only then.
    std::optional<SteadyTime> ask_again{};
    /// No event makes a difference before `ask_again`.
    bool resting = false;
  };

  BatchPlan(const Settings& settings, SteadyTime now);

  /// With so many events waiting. The caller sends what this says and then calls sent().
  Decision decide(std::size_t waiting, SteadyTime now);
  void sent(SteadyTime now);

  /// What waits is due, however little it is; the throttle still holds.
  void flush() noexcept { flush_ = true; }
  /// From now on whatever waits goes out at once and unthrottled, in batches of at most max_size.
  void drain() noexcept { draining_ = true; }

 private:
  const std::size_t max_size_;
  const std::chrono::nanoseconds max_wait_;
  const std::chrono::nanoseconds rest_;
  std::optional<TokenBucket> throttle_;
  SteadyTime began_;       ///< the collection
  SteadyTime rest_until_;  ///< after the batch before
  bool empty_ = true;      ///< nothing waited when last asked
  bool flush_ = false;
  bool draining_ = false;
};

}  // namespace kaudit::backends
