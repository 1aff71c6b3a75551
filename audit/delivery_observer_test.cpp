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

std::vector<EventPtr> events_named(const std::vector<std::string>& ids) {
  std::vector<EventPtr> events;
  for (const std::string& id : ids) {
    auto event = std::make_shared<Event>();
    event->audit_id = id;
    events.push_back(event);
  }
  return events;
}

TEST(DeliveryTrace, TellsOfBatchesThatGoTogetherOneByOne) {
  Remembering observer;
  const DeliveryTrace trace(&observer, "log");
  const std::vector<EventPtr> events = events_named({"a", "b", "c", "d", "e"});
  const DeliveryTrace::Batch batches(7, events, 2);
  trace.note(DeliveryStep::Batched, events);
  trace.note(DeliveryStep::Acknowledged, std::span(events).subspan(1, 2));
  trace.note(DeliveryStep::Truncated, one_event());
  EXPECT_EQ(observer.seen,
            (std::vector<std::string>{"log batched a 7 0 ", "log batched c 8 0 ",
                                      "log batched e 9 0 ", "log acknowledged b 7 0 ",
                                      "log acknowledged c 8 0 ", "log truncated a 7 0 "}));
}

TEST(DeliveryTrace, TellsNothingOfWhatIsNotToBeObserved) {
  Remembering observer;
  const DeliveryTrace trace(&observer, "log");
  auto unobserved = std::make_shared<Event>();
  unobserved->unobserved = true;
  std::vector<EventPtr> events = {unobserved, unobserved};
  trace.note(DeliveryStep::Queued, events);
  EXPECT_EQ(observer.seen, std::vector<std::string>());
  events.push_back(one_event().front());
  trace.note(DeliveryStep::Queued, events);
  EXPECT_EQ(observer.seen.size(), 1U) << "of all of them, for the sake of how many there were";
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
