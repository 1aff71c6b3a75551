#include "audit/delivery_observer.hpp"

#include <memory>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace kaudit::audit {
namespace {

struct Remembering final : DeliveryObserver {
  std::vector<std::string> seen;
  void observe(const Delivery& delivery) noexcept override {
    seen.push_back(std::string(delivery.backend) + " " + std::string(text(delivery.step)) + " " +
                   delivery.events.front()->audit_id + " " + std::to_string(delivery.batch) + " " +
                   std::to_string(delivery.attempt) + " " + std::string(delivery.reason));
    EXPECT_FALSE(delivery.at.is_zero());
  }
};

std::vector<EventPtr> one_event() {
  auto event = std::make_shared<Event>();
  event->audit_id = "a";
  return {event};
}

TEST(DeliveryTrace, TellsTheBackendTheBatchAndTheAttempt) {
  Remembering observer;
  const DeliveryTrace trace(&observer, "log");
  const auto events = one_event();
  trace.note(DeliveryStep::Queued, events);
  {
    const DeliveryTrace::Batch batch(7);
    trace.note(DeliveryStep::Retried, events, 2);
    std::thread([&] { trace.lost(events, "network", 1); }).join();
  }
  trace.note(DeliveryStep::Acknowledged, events, 1);
  trace.note(DeliveryStep::Acknowledged, {}, 1);
  EXPECT_EQ(observer.seen,
            (std::vector<std::string>{"log queued a 0 0 ", "log retried a 7 2 ",
                                      "log lost a 0 1 network", "log acknowledged a 0 1 "}));
}

TEST(DeliveryTrace, WithoutAnObserverNothingHappens) {
  const DeliveryTrace trace;
  EXPECT_FALSE(trace.is_on());
  trace.note(DeliveryStep::Queued, one_event());
  trace.lost(one_event(), "network");
}

TEST(DeliveryStep, EveryStepHasAName) {
  for (const auto step :
       {DeliveryStep::Queued, DeliveryStep::Batched, DeliveryStep::Retried, DeliveryStep::Truncated,
        DeliveryStep::Lost, DeliveryStep::Acknowledged}) {
    EXPECT_FALSE(text(step).empty());
  }
}

}  // namespace
}  // namespace kaudit::audit
