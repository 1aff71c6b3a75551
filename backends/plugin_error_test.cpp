#include "backends/plugin_error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "backends/testing/backend_fixtures.hpp"

namespace kaudit::backends {
namespace {

using testing::event;
using testing::legacy_line;

struct PluginErrorTest : ::testing::Test {
  testing::CapturedLog log;
  testing::ManualClock clock;
  audit::Counters counters;
  const std::vector<audit::EventPtr> one = {event("a")};
  const std::vector<audit::EventPtr> two = {event("b"), event("c")};
  PluginErrors errors{"log", counters, clock.clock()};
};

TEST_F(PluginErrorTest, ReadsAsKubeApiserversDoes) {
  report_plugin_error(counters, "webhook", two, "no such host");
  EXPECT_EQ(log.take(),
            "error: Error in audit plugin 'webhook' affecting 2 audit events: no such host\n"
            "Impacted events:\n" +
                legacy_line(two[0]) + legacy_line(two[1]));
  EXPECT_EQ(counters.errors()["webhook"], 2U);
}

TEST_F(PluginErrorTest, ABurstIsToldOnceAndItsSizeAfterwards) {
  errors.failed(one, "full");
  EXPECT_NE(log.take(), "");
  for (int i = 0; i < 50; ++i) errors.failed(two, "still full");
  EXPECT_EQ(log.take(), "");
  EXPECT_EQ(counters.errors()["log"], 101U);

  clock.now += PluginErrors::kInterval;
  errors.failed(one, "full again");
  EXPECT_EQ(log.take(),
            "error: Error in audit plugin 'log' affecting 100 more audit events since: still full\n"
            "error: Error in audit plugin 'log' affecting 1 audit events: full again\n"
            "Impacted events:\n" +
                legacy_line(one[0]));
}

TEST_F(PluginErrorTest, RecoveryTellsWhatWasNotToldYet) {
  errors.failed(one, "full");
  errors.failed(one, "full");
  log.take();
  errors.succeeded();
  EXPECT_EQ(log.take(), "") << "a plugin that fails every other time must not flood the log";
  clock.now += PluginErrors::kInterval;
  errors.succeeded();
  EXPECT_EQ(log.take(),
            "error: Error in audit plugin 'log' affecting 1 more audit events since: full\n");
  errors.succeeded();
  EXPECT_EQ(log.take(), "");
}

TEST_F(PluginErrorTest, FlushTellsTheRestAtOnce) {
  errors.failed(one, "full");
  errors.failed(two, "full");
  log.take();
  errors.flush();
  EXPECT_THAT(log.take(), ::testing::HasSubstr("affecting 2 more audit events"));
  errors.flush();
  EXPECT_EQ(log.take(), "");
}

}  // namespace
}  // namespace kaudit::backends
