#include "backends/queue/batch_plan.hpp"

#include <gtest/gtest.h>

namespace kaudit::backends {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

constexpr SteadyTime kBegin{hours(1)};

/// A plan and the clock it is told.
struct Planned {
  explicit Planned(const BatchPlan::Settings& settings) : plan(settings, now) {}

  BatchPlan::Decision decide(std::size_t waiting) { return plan.decide(waiting, now); }
  /// As a sender does: asks, and says what it sent.
  std::size_t send(std::size_t waiting) {
    const std::size_t count = decide(waiting).send;
    if (count > 0) plan.sent(now);
    return count;
  }

  SteadyTime now = kBegin;
  BatchPlan plan;
};

TEST(BatchPlan, WaitsForEventsWithoutATimeWhenThereAreNone) {
  Planned batches({.max_size = 400, .max_wait = seconds(30)});
  EXPECT_EQ(batches.decide(0).send, 0U);
  EXPECT_FALSE(batches.decide(0).ask_again.has_value());
}

TEST(BatchPlan, SendsAFullBatchAtOnce) {
  Planned batches({.max_size = 400, .max_wait = seconds(30)});
  EXPECT_EQ(batches.send(399), 0U);
  EXPECT_EQ(batches.send(400), 400U);
  EXPECT_EQ(batches.send(1000), 400U);
}

TEST(BatchPlan, SendsWhatIsThereWhenTheCollectionHasLastedItsTime) {
  Planned batches({.max_size = 400, .max_wait = seconds(30)});
  batches.now += seconds(10);
  EXPECT_EQ(batches.decide(1).ask_again, kBegin + seconds(30));
  batches.now = kBegin + seconds(30);
  EXPECT_EQ(batches.send(7), 7U);
  EXPECT_EQ(batches.decide(1).ask_again, kBegin + seconds(60)) << "the next one begins then";
}

TEST(BatchPlan, ACollectionWithoutEventsBeginsAnew) {
  Planned batches({.max_size = 400, .max_wait = seconds(30)});
  batches.decide(0);
  batches.now += seconds(100);
  EXPECT_EQ(batches.decide(1).ask_again, kBegin + seconds(120));
}

TEST(BatchPlan, WithoutMaxWaitItDoesNotLinger) {
  for (const nanoseconds wait : {nanoseconds(0), nanoseconds(-1)}) {
    Planned batches({.max_size = 10, .max_wait = wait});
    EXPECT_EQ(batches.send(3), 3U);
    EXPECT_EQ(batches.send(25), 10U);
    EXPECT_FALSE(batches.decide(0).ask_again.has_value()) << "and does not spin";
  }
}

TEST(BatchPlan, RestsAfterABatchWhateverComes) {
  Planned batches({.max_size = 1, .rest = milliseconds(1)});
  EXPECT_EQ(batches.send(1), 1U) << "the first goes out at once";
  for (const std::size_t waiting : {0U, 1U, 100U}) {
    const BatchPlan::Decision decision = batches.decide(waiting);
    EXPECT_EQ(decision.send, 0U);
    EXPECT_TRUE(decision.resting);
    EXPECT_EQ(decision.ask_again, kBegin + milliseconds(1));
  }
  batches.now += milliseconds(1);
  EXPECT_EQ(batches.send(100), 1U);
  batches.plan.flush();
  EXPECT_EQ(batches.send(99), 1U) << "what fills the queue does not wait";
  batches.plan.drain();
  EXPECT_EQ(batches.send(98), 1U);
}

TEST(BatchPlan, EndlessWaitsDoNotOverflow) {
  Planned batches({.max_size = 2, .max_wait = nanoseconds::max()});
  EXPECT_EQ(batches.send(1), 0U);
  EXPECT_EQ(batches.send(2), 2U);
}

TEST(BatchPlan, TheThrottleHoldsBackWhatIsDue) {
  Planned batches({.max_size = 1, .throttle = TokenBucket::Rate{.per_second = 10, .burst = 2}});
  EXPECT_EQ(batches.send(5), 1U);
  EXPECT_EQ(batches.send(4), 1U);
  const BatchPlan::Decision third = batches.decide(3);
  EXPECT_EQ(third.send, 0U);
  ASSERT_EQ(third.ask_again, kBegin + milliseconds(100));
  batches.now = *third.ask_again;
  EXPECT_EQ(batches.send(3), 1U);
  EXPECT_EQ(batches.send(2), 0U);
}

TEST(BatchPlan, FlushSendsEarlyOnce) {
  Planned batches({.max_size = 400, .max_wait = seconds(30)});
  batches.plan.flush();
  EXPECT_EQ(batches.send(3), 3U);
  EXPECT_EQ(batches.send(3), 0U);
}

TEST(BatchPlan, DrainingWaitsForNothingAndKeepsTheBatchSize) {
  Planned batches({.max_size = 4,
                   .max_wait = seconds(30),
                   .throttle = TokenBucket::Rate{.per_second = 0.001, .burst = 1}});
  batches.plan.drain();
  EXPECT_EQ(batches.send(9), 4U);
  EXPECT_EQ(batches.send(5), 4U);
  EXPECT_EQ(batches.send(1), 1U);
}

TEST(TokenBucket, RefillsUpToItsBurst) {
  TokenBucket bucket({.per_second = 2, .burst = 3}, kBegin);
  for (int i = 0; i < 3; ++i) {
    ASSERT_EQ(bucket.next(kBegin), kBegin);
    bucket.take(kBegin);
  }
  EXPECT_EQ(bucket.next(kBegin), kBegin + milliseconds(500));
  const SteadyTime later = kBegin + hours(1);
  for (int i = 0; i < 3; ++i) {
    ASSERT_EQ(bucket.next(later), later);
    bucket.take(later);
  }
  EXPECT_GT(bucket.next(later), later);
}

TEST(TokenBucket, ATokenIsThereAtTheTimeItNamed) {
  TokenBucket bucket({.per_second = 0.3, .burst = 1}, kBegin);
  SteadyTime now = kBegin;
  for (int i = 0; i < 1000; ++i) {
    now = bucket.next(now);
    ASSERT_EQ(bucket.next(now), now) << i;
    bucket.take(now);
  }
  const std::chrono::duration<double> taken = now - kBegin;
  EXPECT_NEAR(taken.count(), 999 / 0.3, 1);
}

TEST(TokenBucket, AnEndlessWaitComesInPieces) {
  TokenBucket bucket({.per_second = 1e-30, .burst = 1}, kBegin);
  bucket.take(kBegin);
  EXPECT_EQ(bucket.next(kBegin), kBegin + hours(1));
}

}  // namespace
}  // namespace kaudit::backends
