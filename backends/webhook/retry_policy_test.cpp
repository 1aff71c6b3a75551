#include "backends/webhook/retry_policy.hpp"

#include <gtest/gtest.h>

namespace kaudit::backends::webhook {
namespace {

using namespace std::chrono_literals;

TEST(RetryPolicyTest, FiveAttemptsWithPausesThatGrowByHalf) {
  RetryPolicy policy(200ms, [] { return 0.0; });
  EXPECT_EQ(policy.failed({}, 0s), 200ms);
  EXPECT_EQ(policy.failed({}, 0s), 300ms);
  EXPECT_EQ(policy.failed({}, 0s), 450ms);
  EXPECT_EQ(policy.failed({}, 0s), 675ms);
  EXPECT_EQ(policy.failed({}, 0s), std::nullopt);
}

TEST(RetryPolicyTest, JitterMakesAPauseAFifthLongerAtMostAndDoesNotAddUp) {
  RetryPolicy policy(200ms, [] { return 0.9999999; });
  EXPECT_NEAR(static_cast<double>(policy.failed({}, 0s)->count()), 240e6, 1e3);
  EXPECT_NEAR(static_cast<double>(policy.failed({}, 0s)->count()), 360e6, 1e3);
}

TEST(RetryPolicyTest, RetryAfterGivesTenMoreTriesInEachAttempt) {
  RetryPolicy policy(1ms, [] { return 0.0; });
  int tries = 1;
  while (policy.failed(0s, 0s)) ++tries;
  EXPECT_EQ(tries, 55);
}

TEST(RetryPolicyTest, AnAttemptBeginsAfterAPauseAndNotAfterRetryAfter) {
  RetryPolicy policy(1ms, [] { return 0.0; });
  EXPECT_TRUE(policy.begins_attempt());
  EXPECT_EQ(policy.failed(2s, 0s), 2s);
  EXPECT_FALSE(policy.begins_attempt());
  EXPECT_EQ(policy.failed({}, 2s), 1ms);
  EXPECT_TRUE(policy.begins_attempt());
}

TEST(RetryPolicyTest, AnAttemptHasHalfAMinuteForAllThatRetryAfterAsksFor) {
  RetryPolicy policy(1ms, [] { return 0.0; });
  EXPECT_EQ(policy.failed(20s, 1s), 20s);
  EXPECT_EQ(policy.failed(20s, 22s), 8s + 1ms);
  EXPECT_TRUE(policy.begins_attempt());
  EXPECT_EQ(policy.failed(3600s, 0s), 30s + 1500us);
}

TEST(RetryPolicyTest, AnOddBackoffIsNoPause) {
  RetryPolicy policy(-5s, [] { return 0.5; });
  for (int i = 0; i < 4; ++i) EXPECT_EQ(policy.failed(-1s, 31s), 0s);
  RetryPolicy longest(std::chrono::nanoseconds::max(), [] { return 0.5; });
  for (int i = 0; i < 4; ++i) EXPECT_GT(longest.failed({}, 0s), 0s);
}

}  // namespace
}  // namespace kaudit::backends::webhook
