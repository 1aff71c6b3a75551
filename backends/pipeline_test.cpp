#include "backends/pipeline.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "backends/testing/backend_fixtures.hpp"

namespace kaudit::backends {
namespace {

using testing::CapturedLog;
using ::testing::HasSubstr;
using testing::TemporaryFolder;

struct PipelineTest : ::testing::Test {
  TemporaryFolder folder;
  CapturedLog log;
  audit::Counters counters;
  AuditOptions options;

  PipelineTest() {
    options.policy_file = "policy.yaml";
    options.log.path = folder.path("audit.log");
  }

  std::string refusal() {
    const auto pipeline = build_pipeline(options, counters);
    return pipeline.has_value() ? "" : pipeline.error().message;
  }
};

TEST_F(PipelineTest, WithoutAPolicyNothingIsRecordedAndTheLogSaysSo) {
  options.policy_file.clear();
  const auto pipeline = build_pipeline(options, counters);
  ASSERT_TRUE(pipeline.has_value());
  EXPECT_EQ(pipeline->backend, nullptr);
  EXPECT_EQ(pipeline->log, nullptr);
  EXPECT_THAT(log.take(), HasSubstr("info: No audit policy file provided, no events will be "
                                    "recorded for log backend"));
}

TEST_F(PipelineTest, AnUnusablePathIsAnErrorEvenWithoutAPolicy) {
  options.policy_file.clear();
  options.log.path = "/";
  EXPECT_EQ(refusal(), "ensureLogFile: open /: is a directory");
}

TEST_F(PipelineTest, BlockingIgnoresAFailureThatIsCounted) {
  options.log.path = "/dev/full";
  auto pipeline = build_pipeline(options, counters).value();
  EXPECT_EQ(pipeline.backend->describe(), "ignoreErrors<log>");
  EXPECT_TRUE(pipeline.backend->start().has_value());
  EXPECT_TRUE(pipeline.backend->process(std::vector{testing::event("a")}));
  EXPECT_EQ(counters.errors()["log"], 1U);
}

TEST_F(PipelineTest, BlockingStrictPassesAFailureOn) {
  options.log.path = "/dev/full";
  options.log.mode = "blocking-strict";
  auto pipeline = build_pipeline(options, counters).value();
  EXPECT_EQ(pipeline.backend->describe(), "log");
  EXPECT_FALSE(pipeline.backend->process(std::vector{testing::event("a")}));
  EXPECT_EQ(counters.errors()["log"], 1U);
}

TEST_F(PipelineTest, TheLogInsideCanBeReopened) {
  auto pipeline = build_pipeline(options, counters).value();
  std::filesystem::rename(options.log.path, folder.path("old.log"));
  ASSERT_NE(pipeline.log, nullptr);
  EXPECT_TRUE(pipeline.log->reopen().has_value());
  pipeline.backend->process(std::vector{testing::event("a")});
  EXPECT_EQ(testing::content_of(options.log.path), testing::json_line(testing::event("a")));
}

TEST_F(PipelineTest, TheLogIsRotatedAsTheFlagsSay) {
  options.log.max_size_mb = 1;
  options.log.max_backups = 2;
  auto pipeline = build_pipeline(options, counters).value();
  testing::write_file(options.log.path, std::string((1 << 20) - 1, 'x') + "\n");
  pipeline.backend->process(std::vector{testing::event("a")});
  EXPECT_EQ(pipeline.log->figures().rotations, 1U);
  EXPECT_EQ(testing::content_of(options.log.path), testing::json_line(testing::event("a")));
}

TEST_F(PipelineTest, BatchModeWritesBehindAQueue) {
  options.log.mode = "batch";
  options.log.truncate.enabled = true;
  auto pipeline = build_pipeline(options, counters).value();
  EXPECT_EQ(pipeline.backend->describe(), "buffered<truncate<log>>");
  ASSERT_TRUE(pipeline.backend->start().has_value());
  std::string lines;
  for (int i = 0; i < 1000; ++i) {
    const auto event = testing::event(std::to_string(i));
    lines += testing::json_line(event);
    pipeline.backend->process(std::vector{event});
  }
  pipeline.backend->shutdown();
  EXPECT_EQ(testing::content_of(options.log.path), lines);
  ASSERT_EQ(pipeline.outputs.size(), 1U);
  EXPECT_EQ(pipeline.outputs[0].name, "log");
  EXPECT_NE(pipeline.outputs[0].queue, nullptr);
  EXPECT_NE(pipeline.outputs[0].truncate, nullptr);
}

TEST_F(PipelineTest, RefusesOptionsThatDoNotHold) {
  options.log.mode = "odd";
  options.log.version = "v2";
  EXPECT_THAT(refusal(), HasSubstr("invalid audit log mode odd"));
  EXPECT_THAT(refusal(), HasSubstr("invalid group version"));
}

}  // namespace
}  // namespace kaudit::backends
