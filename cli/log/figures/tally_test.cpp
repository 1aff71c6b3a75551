#include "cli/log/figures/tally.hpp"

#include <gtest/gtest.h>

#include "cli/latencies.hpp"
#include "cli/log/figures/rates.hpp"

namespace kaudit::cli {
namespace {

TEST(Tallies, KeepTheFrequentKeysWhenThereAreTooMany) {
  Tally tally;
  for (int round = 0; round < 3; ++round) tally.add("often", {1, 0, 10});
  for (int i = 0; i < 210'000; ++i) tally.add("rare-" + std::to_string(i), {1, 1, 10});
  EXPECT_TRUE(tally.approximate());
  const auto rows = tally.top(2);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].key, "often");
  EXPECT_EQ(rows[0].count.events, 3U);
  EXPECT_LE(tally.top(0).size(), 200'000U);
}

TEST(LatencyPercentiles, AreWithinThreePercent) {
  Latencies latencies;
  for (std::int64_t i = 1; i <= 100'000; ++i) latencies.add(i);
  for (const double share : {0.01, 0.5, 0.9, 0.99}) {
    const auto exact = static_cast<double>(100'000) * share;
    EXPECT_NEAR(static_cast<double>(latencies.percentile(share)), exact, exact * 0.035) << share;
  }
  EXPECT_EQ(latencies.percentile(1), 100'000);
  EXPECT_EQ(latencies.largest(), 100'000);
  EXPECT_EQ(Latencies().percentile(0.5), 0);
}

TEST(RatesOverTime, WidenTheirSpanSoThatThereAreFew) {
  Rates rates;
  for (std::int64_t second = 0; second < 86'400; second += 10) {
    rates.add(1'767'225'600 + second, second == 0);
  }
  const auto spans = rates.spans();
  EXPECT_LE(spans.size(), 240U);
  EXPECT_EQ(rates.span_seconds(), 900);
  std::uint64_t events = 0;
  for (const auto& span : spans) events += span.events;
  EXPECT_EQ(events, 8'640U);
  EXPECT_EQ(spans.front().errors, 1U);
}

}  // namespace
}  // namespace kaudit::cli
