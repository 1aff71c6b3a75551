#include "backends/metrics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/text_serializer.h>

#include "backends/account.hpp"
#include "backends/log/log_figures.hpp"
#include "backends/queue/queue_figures.hpp"
#include "backends/webhook/delivery_figures.hpp"

namespace kaudit::backends {
namespace {

using audit::Report;
using ::testing::HasSubstr;
using ::testing::Not;

std::string text(const std::vector<Report>& reports) {
  return prometheus::TextSerializer().Serialize(metrics_of(reports));
}

TEST(Metrics, ShowAQueueByBackend) {
  QueueFigures queue;
  queue.capacity = 10'000;
  queue.waiting = 7;
  queue.held_bytes = 4096;
  queue.batches_in_flight = 2;
  queue.batch_events.observe(3);
  queue.batch_events.observe(4);
  queue.batch_events.observe(20'000);
  queue.delivery_seconds.observe(0.02);
  std::vector<Report> reports = {{.backend = "log"}, {.backend = "webhook"}};
  for (Report& report : reports) queue.report(report);
  const std::string shown = text(reports);
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

TEST(Metrics, ShowEveryLossWithItsReason) {
  QueueFigures queue;
  queue.lost_full = 3;
  queue.lost_shutdown = 1;
  DeliveryFigures delivery;
  delivery.lost(400, LossReason::Timeout);
  std::vector<Report> reports = {{.backend = "log"}, {.backend = "webhook"}};
  queue.report(reports[0]);
  reports[0].lost("write", 5);
  delivery.report(reports[1]);
  const std::string shown = text(reports);
  for (const char* line :
       {"{backend=\"log\",reason=\"queue_full\"} 3\n",
        "{backend=\"log\",reason=\"queue_shutdown\"} 1\n", "{backend=\"log\",reason=\"write\"} 5\n",
        "{backend=\"webhook\",reason=\"timeout\"} 400\n",
        "{backend=\"webhook\",reason=\"network\"} 0\n"}) {
    EXPECT_THAT(shown, HasSubstr("audit_lost_events_total" + std::string(line)));
  }
}

TEST(Metrics, ShowDeliveriesAndLeaveOutWhatThereIsNot) {
  DeliveryFigures delivery;
  delivery.delivered(400, 300'000, std::chrono::milliseconds(3));
  delivery.retried();
  std::vector<Report> reports = {{.backend = "webhook"}};
  delivery.report(reports[0]);
  const std::string shown = text(reports);
  EXPECT_THAT(shown, HasSubstr("audit_delivered_events_total{backend=\"webhook\"} 400\n"));
  EXPECT_THAT(shown, HasSubstr("audit_delivered_bytes_total{backend=\"webhook\"} 300000\n"));
  EXPECT_THAT(shown, HasSubstr("audit_retries_total{backend=\"webhook\"} 1\n"));
  EXPECT_THAT(shown, HasSubstr("audit_delivery_duration_seconds_sum{backend=\"webhook\"} 0.003"));
  EXPECT_THAT(shown, Not(HasSubstr("audit_queue")));
  EXPECT_THAT(shown, Not(HasSubstr("audit_log")));
}

TEST(Metrics, ShowWhatALogDidBesidesWriting) {
  LogFigures log;
  log.rotations = 2;
  std::vector<Report> reports = {{.backend = "log"}};
  log.report(reports[0]);
  EXPECT_THAT(text(reports), HasSubstr("# TYPE audit_log_rotations_total counter\n"
                                       "audit_log_rotations_total{backend=\"log\"} 2\n"));
}

/// A backend that only reports.
class Reporting final : public audit::Backend {
 public:
  explicit Reporting(Report report) : report_(std::move(report)) {}
  bool process(std::span<const audit::EventPtr> /*events*/) override { return true; }
  void shutdown() override {}
  std::string describe() const override { return "reporting"; }
  void report(Report& to) const override { to = report_; }

 private:
  const Report report_;
};

TEST(Account, AddsUp) {
  QueueFigures queue;
  queue.lost_full = 10;
  queue.waiting = 5;
  queue.events_in_flight = 15;
  Report report{.backend = "webhook"};
  queue.report(report);
  audit::Counters made;
  for (int i = 0; i < 100; ++i) made.count_event();
  const auto accounts = accounts_of(Reporting(report), made);
  ASSERT_EQ(accounts.size(), 1U);
  EXPECT_EQ(accounts[0].backend, "webhook");
  EXPECT_EQ(accounts[0].lost, 10U);
  EXPECT_EQ(accounts[0].pending, 20U);
  EXPECT_EQ(accounts[0].delivered, 70U);
}

TEST(Account, WithoutAQueueHoldsWhatIsInHand) {
  audit::Counters made;
  for (int i = 0; i < 5; ++i) made.count_event();
  Report report{.backend = "log"};
  report.lost("write", 1);
  const audit::Counters::InHand first(made);
  const audit::Counters::InHand second(made);
  const auto accounts = accounts_of(Reporting(report), made);
  ASSERT_EQ(accounts.size(), 1U);
  EXPECT_EQ(accounts[0].lost, 1U);
  EXPECT_EQ(accounts[0].pending, 2U);
  EXPECT_EQ(accounts[0].delivered, 2U);
}

}  // namespace
}  // namespace kaudit::backends
