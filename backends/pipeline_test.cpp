#include "backends/pipeline.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/report.hpp"
#include "backends/log/log_options.hpp"
#include "backends/testing/backend_fixtures.hpp"

namespace kaudit::backends {
namespace {

using ::testing::AllOf;
using testing::CapturedLog;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using testing::TemporaryFolder;

struct PipelineTest : ::testing::Test {
  TemporaryFolder folder;
  CapturedLog log;
  audit::Counters counters;
  AuditOptions options;

  LogOptions& log_options = options.of<LogOptions>();

  PipelineTest() {
    options.policy_file = "policy.yaml";
    log_options.path = folder.path("audit.log");
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
  EXPECT_EQ(*pipeline, nullptr);
  EXPECT_THAT(log.take(), HasSubstr("info: No audit policy file provided, no events will be "
                                    "recorded for log backend"));
}

TEST_F(PipelineTest, AnUnusablePathIsAnErrorEvenWithoutAPolicy) {
  options.policy_file.clear();
  log_options.path = "/";
  EXPECT_EQ(refusal(), "ensureLogFile: open /: is a directory");
}

TEST_F(PipelineTest, BlockingIgnoresAFailureThatIsCounted) {
  log_options.path = "/dev/full";
  const auto pipeline = build_pipeline(options, counters).value();
  EXPECT_EQ(pipeline->describe(), "ignoreErrors<log>");
  EXPECT_TRUE(pipeline->start().has_value());
  EXPECT_TRUE(pipeline->process(std::vector{testing::event("a")}));
  EXPECT_EQ(counters.errors()["log"], 1U);
}

TEST_F(PipelineTest, BlockingStrictPassesAFailureOn) {
  log_options.path = "/dev/full";
  log_options.mode = "blocking-strict";
  const auto pipeline = build_pipeline(options, counters).value();
  EXPECT_EQ(pipeline->describe(), "log");
  EXPECT_FALSE(pipeline->process(std::vector{testing::event("a")}));
  EXPECT_EQ(counters.errors()["log"], 1U);
}

TEST_F(PipelineTest, TheLogInsideCanBeReopened) {
  const auto pipeline = build_pipeline(options, counters).value();
  std::filesystem::rename(log_options.path, folder.path("old.log"));
  EXPECT_TRUE(pipeline->reopen().has_value());
  pipeline->process(std::vector{testing::event("a")});
  EXPECT_EQ(testing::content_of(log_options.path), testing::json_line(testing::event("a")));
}

TEST_F(PipelineTest, TheLogIsRotatedAsTheFlagsSay) {
  log_options.max_size_mb = 1;
  log_options.max_backups = 2;
  const auto pipeline = build_pipeline(options, counters).value();
  testing::write_file(log_options.path, std::string((1 << 20) - 1, 'x') + "\n");
  pipeline->process(std::vector{testing::event("a")});
  const auto report = audit::reports_of(*pipeline).front();
  EXPECT_THAT(report.figures,
              Contains(AllOf(Field(&audit::Figure::name, "audit_log_rotations_total"),
                             Field(&audit::Figure::value, 1))));
  EXPECT_EQ(testing::content_of(log_options.path), testing::json_line(testing::event("a")));
}

TEST_F(PipelineTest, BatchModeWritesBehindAQueue) {
  log_options.mode = "batch";
  log_options.truncate.enabled = true;
  const auto pipeline = build_pipeline(options, counters).value();
  EXPECT_EQ(pipeline->describe(), "buffered<truncate<log>>");
  ASSERT_TRUE(pipeline->start().has_value());
  std::string lines;
  for (int i = 0; i < 1000; ++i) {
    const auto event = testing::event(std::to_string(i));
    lines += testing::json_line(event);
    pipeline->process(std::vector{event});
  }
  pipeline->shutdown();
  EXPECT_EQ(testing::content_of(log_options.path), lines);
  const auto reports = audit::reports_of(*pipeline);
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_EQ(reports[0].backend, "log");
  for (const char* part :
       {"audit_queue_events", "audit_split_batches_total", "audit_log_rotations_total"}) {
    EXPECT_THAT(reports[0].figures, Contains(Field(&audit::Figure::name, part)));
  }
}

TEST_F(PipelineTest, AnObserverSeesTheWayOfAnEvent) {
  testing::StepObserver observer;
  log_options.mode = "batch";
  log_options.batch.max_size = 100;  // encoded ahead
  const auto pipeline = build_pipeline(options, counters, &observer).value();
  pipeline->process(std::vector{testing::event("a")});
  pipeline->shutdown();
  EXPECT_THAT(observer.steps(), ElementsAre("log queued a", "log batched a batch 1",
                                            "log acknowledged a batch 1 attempt 1"));
}

TEST_F(PipelineTest, AnObserverSeesALoss) {
  testing::StepObserver observer;
  log_options.path = "/dev/full";
  const auto pipeline = build_pipeline(options, counters, &observer).value();
  pipeline->process(std::vector{testing::event("a")});
  EXPECT_THAT(observer.steps(), ElementsAre("log lost a attempt 1 write"));
  EXPECT_EQ(audit::reports_of(*pipeline).front().lost_events(), 1U);
}

TEST_F(PipelineTest, RefusesOptionsThatDoNotHold) {
  log_options.mode = "odd";
  log_options.version = "v2";
  EXPECT_THAT(refusal(), HasSubstr("invalid audit log mode odd"));
  EXPECT_THAT(refusal(), HasSubstr("invalid group version"));
}

}  // namespace
}  // namespace kaudit::backends
