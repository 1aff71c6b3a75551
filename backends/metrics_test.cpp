#include "backends/metrics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/text_serializer.h>

#include "backends/test_support.hpp"

namespace kaudit::backends {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct MetricsTest : ::testing::Test {
  testing::CapturedLog log;
  audit::Counters counters;
  QueueFigures queue;
  TruncateFigures truncate;
  LogFigures files;
  DeliveryFigures delivery;
  Pipeline pipeline;

  std::string text() {
    return prometheus::TextSerializer().Serialize(metrics_of(pipeline, counters));
  }
};

TEST_F(MetricsTest, ShowAQueueByBackend) {
  queue.capacity = 10'000;
  queue.waiting = 7;
  queue.held_bytes = 4096;
  queue.batches_in_flight = 2;
  queue.batch_events.observe(3);
  queue.batch_events.observe(4);
  queue.batch_events.observe(20'000);
  queue.delivery_seconds.observe(0.02);
  pipeline.outputs = {{.name = "log", .queue = &queue}, {.name = "webhook", .queue = &queue}};
  const std::string shown = text();
  EXPECT_THAT(shown, HasSubstr("# TYPE audit_queue_events gauge\n"
                               "audit_queue_events{backend=\"log\"} 7\n"
                               "audit_queue_events{backend=\"webhook\"} 7\n"));
  EXPECT_THAT(shown, HasSubstr("audit_queue_capacity_events{backend=\"log\"} 10000\n"));
  EXPECT_THAT(shown, HasSubstr("audit_queue_bytes{backend=\"log\"} 4096\n"));
  EXPECT_THAT(shown, HasSubstr("audit_in_flight_batches{backend=\"log\"} 2\n"));
  EXPECT_THAT(shown, HasSubstr("audit_batch_events_bucket{backend=\"log\",le=\"1\"} 0\n"
                               "audit_batch_events_bucket{backend=\"log\",le=\"3\"} 1\n"
                               "audit_batch_events_bucket{backend=\"log\",le=\"10\"} 2\n"));
  EXPECT_THAT(shown, HasSubstr("audit_batch_events_bucket{backend=\"log\",le=\"+Inf\"} 3\n"));
  EXPECT_THAT(shown, HasSubstr("audit_batch_events_sum{backend=\"log\"} 20007\n"));
  EXPECT_THAT(shown, HasSubstr("audit_delivery_duration_seconds_count{backend=\"webhook\"} 1\n"));
}

TEST_F(MetricsTest, ShowEveryLossWithItsReason) {
  queue.lost_full = 3;
  queue.lost_shutdown = 1;
  truncate.discarded = 2;
  counters.count_errors("log", 5);
  delivery.lost(400, LossReason::Timeout);
  pipeline.outputs = {{.name = "log", .queue = &queue, .truncate = &truncate, .log = &files},
                      {.name = "webhook", .delivery = &delivery}};
  const std::string shown = text();
  for (const char* line :
       {"{backend=\"log\",reason=\"queue_full\"} 3\n",
        "{backend=\"log\",reason=\"queue_shutdown\"} 1\n",
        "{backend=\"log\",reason=\"too_large\"} 2\n", "{backend=\"log\",reason=\"write\"} 5\n",
        "{backend=\"webhook\",reason=\"timeout\"} 400\n",
        "{backend=\"webhook\",reason=\"network\"} 0\n"}) {
    EXPECT_THAT(shown, HasSubstr("audit_lost_events_total" + std::string(line)));
  }
}

TEST_F(MetricsTest, ShowDeliveriesAndLeaveOutWhatThereIsNot) {
  delivery.delivered(400, 300'000, std::chrono::milliseconds(3));
  delivery.retried();
  pipeline.outputs = {{.name = "webhook", .delivery = &delivery}};
  const std::string shown = text();
  EXPECT_THAT(shown, HasSubstr("audit_delivered_events_total{backend=\"webhook\"} 400\n"));
  EXPECT_THAT(shown, HasSubstr("audit_delivered_bytes_total{backend=\"webhook\"} 300000\n"));
  EXPECT_THAT(shown, HasSubstr("audit_retries_total{backend=\"webhook\"} 1\n"));
  EXPECT_THAT(shown, HasSubstr("audit_delivery_duration_seconds_sum{backend=\"webhook\"} 0.003"));
  EXPECT_THAT(shown, Not(HasSubstr("audit_queue")));
  EXPECT_THAT(shown, Not(HasSubstr("audit_log")));
}

TEST_F(MetricsTest, AnAccountAddsUp) {
  for (int i = 0; i < 100; ++i) counters.count_event();
  queue.lost_full = 10;
  queue.waiting = 5;
  queue.events_in_flight = 15;
  const Account account = account_of({.name = "webhook", .queue = &queue}, counters);
  EXPECT_EQ(account.lost, 10U);
  EXPECT_EQ(account.pending, 20U);
  EXPECT_EQ(account.delivered, 70U);
}

TEST_F(MetricsTest, AnAccountWithoutAQueueHoldsWhatIsInHand) {
  for (int i = 0; i < 5; ++i) counters.count_event();
  counters.count_errors("log", 1);
  const Output output{.name = "log", .log = &files};
  {
    const audit::Counters::InHand one(counters);
    const audit::Counters::InHand another(counters);
    const Account account = account_of(output, counters);
    EXPECT_EQ(account.lost, 1U);
    EXPECT_EQ(account.pending, 2U);
    EXPECT_EQ(account.delivered, 2U);
  }
  EXPECT_EQ(account_of(output, counters).pending, 0U);
}

}  // namespace
}  // namespace kaudit::backends
