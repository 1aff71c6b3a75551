#include "backends/decorators/truncate.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "audit/decoder.hpp"
#include "audit/encoder.hpp"
#include "audit/report.hpp"
#include "backends/testing/backend_fixtures.hpp"
#include "backends/testing/recorder.hpp"

namespace kaudit::backends {
namespace {

using nlohmann::json;
using testing::CapturedLog;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Recorder;

audit::EventPtr decoded(const std::string& line) {
  return std::make_shared<const audit::Event>(audit::decode_event(line).value());
}

/// An event whose line has so many bytes, most of them in its body.
audit::EventPtr event_of_size(std::size_t size, std::string_view level = "Request") {
  audit::Event event = *testing::event("a");
  event.level = audit::EventWord(level);
  event.request_object = RawJson::trusted("\"\"");
  const std::size_t padding = size - audit::line_size(event);
  event.request_object = RawJson::trusted('"' + std::string(padding, 'x') + '"');
  return std::make_shared<const audit::Event>(event);
}

struct TruncateTest : ::testing::Test {
  CapturedLog log;
  audit::Counters counters;
  Recorder recorder;

  Truncate truncate(const TruncateSettings& settings) {
    return Truncate(recorder.backend(), settings, counters);
  }
};

TEST_F(TruncateTest, AnObserverSeesWhatIsCutDownAndWhatIsLost) {
  testing::StepObserver observer;
  Truncate limited = truncate(
      {.max_event_bytes = 600, .max_batch_bytes = 10'000, .trace = {&observer, "recorder"}});
  EXPECT_TRUE(limited.process(std::vector{testing::event("fine"), event_of_size(700)}));
  EXPECT_TRUE(limited.process(std::vector{event_of_size(700, "Metadata")}));
  EXPECT_THAT(observer.steps(), ElementsAre("recorder truncated a", "recorder lost a too_large"));
  const auto report = audit::reports_of(limited).front();
  EXPECT_EQ(report.backend, "recorder");
  EXPECT_EQ(report.lost_events(), 1U);
  EXPECT_TRUE(limited.reopen().has_value());
  EXPECT_TRUE(recorder.is_reopened());
}

void run_truncate_case(const json& expected) {
  const CapturedLog log;
  audit::Counters counters;
  Recorder recorder;
  Truncate truncate(recorder.backend(),
                    {.max_event_bytes = expected["config"]["maxEventSize"],
                     .max_batch_bytes = expected["config"]["maxBatchSize"]},
                    counters);
  std::vector<audit::EventPtr> events;
  for (const std::string line : expected["events"]) events.push_back(decoded(line));
  std::vector<std::string> before;
  before.reserve(events.size());
  for (const auto& event : events) before.push_back(testing::json_line(event));

  EXPECT_EQ(truncate.process(events), expected["result"].get<bool>());

  std::vector<std::vector<std::string>> lines;
  for (const auto& batch : recorder.batches()) {
    auto& of_batch = lines.emplace_back();
    for (const auto& event : batch) of_batch.push_back(testing::json_line(event));
  }
  std::vector<std::vector<std::string>> expected_lines;
  for (const json& batch : expected["expected"]) {
    auto& of_batch = expected_lines.emplace_back();
    for (const json& event : batch) of_batch.push_back(event["json"]);
  }
  EXPECT_EQ(lines, expected_lines);
  const std::size_t discarded = expected["discarded"].size();
  EXPECT_EQ(counters.errors()["truncate"], discarded);
  EXPECT_EQ(truncate.figures().discarded.load(), discarded);
  for (std::size_t i = 0; i < events.size(); ++i) {
    EXPECT_EQ(testing::json_line(events[i]), before[i]) << "the event itself is as it was";
  }
}

TEST_F(TruncateTest, CutsAndSplitsAsKubernetesDoes) {
  int cases = 0;
  for (const auto& folder : testing::vector_folders("truncate")) {
    std::ifstream in(folder / "cases.jsonl");
    for (std::string line; std::getline(in, line); ++cases) {
      SCOPED_TRACE(line.substr(0, 200));
      run_truncate_case(json::parse(line));
    }
  }
  EXPECT_GT(cases, 5);
}

TEST_F(TruncateTest, TellsTheDiscardedAsKubernetesDoes) {
  Truncate small = truncate({.max_event_bytes = 10, .max_batch_bytes = 10});
  const std::vector events{testing::event("a"), testing::event("b")};
  EXPECT_TRUE(small.process(events)) << "a request is not refused for that";
  EXPECT_THAT(log.take(), HasSubstr("Error in audit plugin 'truncate' affecting 2 audit events: "
                                    "event is too large even after truncating\nImpacted events:"));
  EXPECT_THAT(recorder.sizes(), IsEmpty());
}

TEST_F(TruncateTest, AnEventsLimitIncludesItsNewline) {
  Truncate at_limit = truncate({.max_event_bytes = 1000, .max_batch_bytes = 10'000});
  at_limit.process(std::vector{event_of_size(1000)});
  EXPECT_EQ(at_limit.figures().truncated.load(), 0U);
  at_limit.process(std::vector{event_of_size(1001)});
  EXPECT_EQ(at_limit.figures().truncated.load(), 1U);
  EXPECT_EQ(recorder.batches()[1][0]->annotations.at("audit.k8s.io/truncated"), "true");
}

TEST_F(TruncateTest, OnlyLevelsWithBodiesAreCutDown) {
  Truncate limited = truncate({.max_event_bytes = 1000, .max_batch_bytes = 10'000});
  limited.process(std::vector{event_of_size(1001, "Metadata"), event_of_size(1001, "odd")});
  EXPECT_EQ(limited.figures().discarded.load(), 2U);
}

/// What a webhook posts never passes the limit, frame and commas included.
TEST_F(TruncateTest, AListIsNeverLargerThanABatchMayBe) {
  constexpr std::size_t kLimit = 3000;
  Truncate limited =
      truncate({.max_event_bytes = kLimit, .max_batch_bytes = kLimit, .form = BatchForm::List});
  std::vector<audit::EventPtr> events;
  for (std::size_t size = 500; size <= kLimit; size += 7) events.push_back(event_of_size(size));
  EXPECT_TRUE(limited.process(events));
  std::size_t largest = 0;
  for (const auto& batch : recorder.batches()) {
    std::string list;
    audit::append_event_list(list, batch);
    largest = std::max(largest, list.size());
  }
  EXPECT_LE(largest, kLimit);
  EXPECT_GT(largest, kLimit - 20);
  EXPECT_EQ(recorder.events(), events.size());
  EXPECT_GT(limited.figures().truncated.load(), 0U) << "alone in a list it would be too large";
  EXPECT_GT(limited.figures().splits.load(), 10U);
}

TEST_F(TruncateTest, AFailureOfOnePartIsAFailure) {
  recorder.fail_every(2);
  Truncate limited = truncate({.max_event_bytes = 1000, .max_batch_bytes = 1000});
  EXPECT_FALSE(limited.process(std::vector{event_of_size(900), event_of_size(900)}));
  EXPECT_EQ(recorder.events(), 1U);
}

TEST_F(TruncateTest, PrintsItselfAndPassesOnWhatItDoesNotDo) {
  Truncate around = truncate({});
  EXPECT_EQ(around.describe(), "truncate<recorder>");
  around.give_up();
  EXPECT_TRUE(recorder.is_given_up());
  around.shutdown();
  EXPECT_TRUE(recorder.is_shut_down());
  recorder.fail_start("no");
  EXPECT_EQ(around.start().error().message, "no");
}

}  // namespace
}  // namespace kaudit::backends
