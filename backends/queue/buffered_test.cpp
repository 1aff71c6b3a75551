#include "backends/queue/buffered.hpp"

#include <atomic>
#include <latch>
#include <random>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/event_memory.hpp"
#include "audit/report.hpp"
#include "backends/testing/backend_fixtures.hpp"
#include "backends/testing/recorder.hpp"

namespace kaudit::backends {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using testing::CapturedLog;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::Recorder;
using ::testing::UnorderedElementsAre;

struct BufferedTest : ::testing::Test {
  CapturedLog log;
  audit::Counters counters;
  Recorder recorder;

  std::unique_ptr<Buffered> buffered(const BufferSettings& settings) {
    return std::make_unique<Buffered>(recorder.backend(), settings, counters);
  }
  std::unique_ptr<Buffered> started(const BufferSettings& settings) {
    auto backend = buffered(settings);
    EXPECT_TRUE(backend->start().has_value());
    return backend;
  }
  static void push(Buffered& backend, int from, int to) {
    for (int i = from; i < to; ++i) {
      EXPECT_TRUE(backend.process(std::vector{testing::event(std::to_string(i))}));
    }
  }
};

/// A batch of which waits for the next event, or the end.
BatchPlan::Settings patient(std::size_t max_size) {
  return {.max_size = max_size, .max_wait = hours(1)};
}

TEST_F(BufferedTest, PrintsItselfAroundItsDelegate) {
  EXPECT_EQ(buffered({})->describe(), "buffered<recorder>");
}

TEST_F(BufferedTest, ABatchGoesOutWhenItIsFull) {
  auto backend = started({.batches = patient(3)});
  push(*backend, 0, 7);
  recorder.wait_for_batches(2);
  EXPECT_EQ(recorder.sizes(), (std::vector<std::size_t>{3, 3}));
  backend->shutdown();
  EXPECT_THAT(recorder.sizes(), ElementsAre(3, 3, 1));
  EXPECT_THAT(recorder.ids(), ElementsAre("0", "1", "2", "3", "4", "5", "6"));
}

TEST_F(BufferedTest, HandsOnFullBatchesTogetherWhenTheyAreDueTogether) {
  recorder.close_gate();
  auto backend = started({.batches = patient(2), .together_bytes = 1 << 20});
  push(*backend, 0, 2);
  recorder.wait_until_entered(1);
  push(*backend, 2, 9);
  EXPECT_EQ(backend->figures().batches_in_flight.load(), 1U);
  recorder.open_gate();
  backend->shutdown();
  EXPECT_THAT(recorder.sizes(), ElementsAre(2, 6, 1));
  EXPECT_THAT(recorder.ids(), ElementsAre("0", "1", "2", "3", "4", "5", "6", "7", "8"));
}

TEST_F(BufferedTest, HandsOnTogetherWhatComesWhileItRests) {
  auto backend = started(
      {.batches = {.max_size = 1, .rest = hours(1)}, .together_bytes = std::size_t{1} << 20});
  push(*backend, 0, 1);
  recorder.wait_for_batches(1);
  push(*backend, 1, 8);
  backend->shutdown();
  EXPECT_THAT(recorder.sizes(), ElementsAre(1, 7));
}

TEST_F(BufferedTest, AQueueThatRunsFullEndsTheRest) {
  auto backend = started({.capacity = 10,
                          .batches = {.max_size = 1, .rest = hours(1)},
                          .together_bytes = std::size_t{1} << 20});
  push(*backend, 0, 1);
  recorder.wait_for_batches(1);
  push(*backend, 1, 6);
  recorder.wait_for_batches(2);
  backend->shutdown();
  EXPECT_EQ(backend->figures().lost_full.load(), 0U);
}

TEST_F(BufferedTest, BoundsTheBytesThatAreHandedOnTogether) {
  recorder.close_gate();
  auto backend = started({.batches = patient(1), .together_bytes = 1});
  push(*backend, 0, 1);
  recorder.wait_until_entered(1);
  push(*backend, 1, 4);
  recorder.open_gate();
  backend->shutdown();
  EXPECT_THAT(recorder.sizes(), ElementsAre(1, 1, 1, 1));
}

TEST_F(BufferedTest, ABatchGoesOutWhenItHasWaited) {
  auto backend = started({.batches = {.max_size = 100, .max_wait = milliseconds(1)}});
  push(*backend, 0, 1);
  recorder.wait_for_events(1);
  backend->shutdown();
}

TEST_F(BufferedTest, WithoutMaxWaitAnEventIsNotKept) {
  auto backend = started({.batches = {.max_size = 100}});
  for (int i = 0; i < 20; ++i) {
    push(*backend, i, i + 1);
    recorder.wait_for_events(static_cast<std::size_t>(i) + 1);
  }
  backend->shutdown();
}

TEST_F(BufferedTest, DropsAndCountsWhenTheQueueIsFull) {
  recorder.close_gate();
  auto backend = started({.capacity = 2, .batches = patient(1)});
  push(*backend, 0, 1);
  recorder.wait_until_entered(1);
  push(*backend, 1, 5);
  EXPECT_EQ(counters.errors()["buffered"], 2U);
  EXPECT_EQ(backend->figures().lost_full.load(), 2U);
  EXPECT_EQ(backend->figures().waiting.load(), 2U);
  EXPECT_THAT(log.take(),
              HasSubstr("Error in audit plugin 'buffered' affecting 1 audit events: audit buffer "
                        "queue blocked\nImpacted events:\n" +
                        testing::legacy_line(testing::event("3")).substr(0, 60)));
  recorder.open_gate();
  backend->shutdown();
  EXPECT_THAT(recorder.ids(), ElementsAre("0", "1", "2"));
  EXPECT_THAT(log.take(), HasSubstr("1 more audit events")) << "logged at the end";
}

TEST_F(BufferedTest, AFullQueueIsAFullBatch) {
  auto backend = started({.capacity = 3, .batches = patient(400)});
  push(*backend, 0, 3);
  recorder.wait_for_events(3);
  backend->shutdown();
  EXPECT_TRUE(counters.errors().empty());
}

TEST_F(BufferedTest, BoundsTheBytesThatWaitAndThatAreUnderWay) {
  const std::size_t each = audit::memory_of(*testing::event("0"));
  recorder.close_gate();
  auto backend = started({.capacity_bytes = 2 * each, .batches = {.max_size = 1}});
  push(*backend, 0, 1);
  recorder.wait_until_entered(1);
  push(*backend, 1, 3);
  EXPECT_EQ(backend->figures().lost_full.load(), 1U);
  EXPECT_EQ(backend->figures().held_bytes.load(), 2 * each);
  recorder.open_gate();
  recorder.wait_for_events(2);
  backend->shutdown();
  EXPECT_EQ(backend->figures().held_bytes.load(), 0U);
}

TEST_F(BufferedTest, HalfOfTheBytesAreAFullBatch) {
  const std::size_t each = audit::memory_of(*testing::event("0"));
  auto backend = started({.capacity_bytes = 4 * each, .batches = patient(400)});
  push(*backend, 0, 3);
  recorder.wait_for_events(3);
  backend->shutdown();
}

TEST_F(BufferedTest, BatchesInFlightAreBoundedAndGoOutAtOnce) {
  recorder.close_gate();
  auto backend = started({.batches = patient(1), .max_in_flight = 3});
  push(*backend, 0, 5);
  recorder.wait_until_entered(3);
  EXPECT_EQ(backend->figures().batches_in_flight.load(), 3U);
  EXPECT_EQ(backend->figures().waiting.load(), 2U);
  recorder.open_gate();
  backend->shutdown();
  EXPECT_EQ(recorder.most_inside(), 3U);
  EXPECT_EQ(recorder.ids().size(), 5U);
}

TEST_F(BufferedTest, AnEventThatComesWhileABatchIsUnderWayIsSeenTo) {
  recorder.close_gate();
  auto backend = started({.batches = patient(2), .max_in_flight = 2});
  push(*backend, 0, 2);
  recorder.wait_until_entered(1);
  push(*backend, 2, 4);
  recorder.wait_until_entered(2);
  recorder.open_gate();
  backend->shutdown();
}

TEST_F(BufferedTest, HoldsLinesInTheirOrderForADelegateThatTakesThem) {
  recorder.take_lines();
  auto backend = started({.capacity = 100'000,
                          .batches = {.max_size = 3},
                          .max_in_flight = 3,
                          .together_bytes = 10'000});
  for (int i = 0; i < 5000; ++i) {
    // An event that nobody else holds and one that is shared.
    const audit::EventPtr event = testing::event(std::to_string(i));
    EXPECT_TRUE(i % 2 == 0 ? backend->passing()->process_passing(*event)
                           : backend->process({&event, 1}));
  }
  backend->shutdown();
  EXPECT_EQ(recorder.most_inside(), 1U);
  const auto ids = recorder.ids();
  ASSERT_EQ(ids.size(), 5000U);
  for (std::size_t i = 0; i < ids.size(); ++i) ASSERT_EQ(ids[i], std::to_string(i));
}

TEST_F(BufferedTest, TakesEventsInPassingOnlyWhereItHoldsLines) {
  EXPECT_EQ(buffered({})->passing(), nullptr);
}

TEST_F(BufferedTest, NamesLinesThatAreLost) {
  recorder.take_lines();
  recorder.close_gate();
  auto backend = started({.capacity = 2, .batches = {.max_size = 1}});
  push(*backend, 0, 1);
  recorder.wait_until_entered(1);
  push(*backend, 1, 3);
  EXPECT_TRUE(backend->passing()->process_passing(*testing::event("no room")));
  EXPECT_THAT(log.take(), AllOf(HasSubstr("affecting 1 audit events: audit buffer queue blocked"),
                                HasSubstr("id=\"no room\"")));
  std::thread stopping([&] { backend->shutdown(); });
  backend->give_up();
  stopping.join();
  EXPECT_THAT(recorder.ids(), ElementsAre("0"));
  EXPECT_EQ(backend->figures().lost_full.load(), 1U);
  EXPECT_EQ(backend->figures().lost_shutdown.load(), 2U);
  EXPECT_EQ(backend->figures().held_bytes.load(), 0U);
  EXPECT_EQ(counters.errors()["buffered"], 3U);
}

TEST_F(BufferedTest, BoundsTheBytesOfLines) {
  std::string line;
  audit::append_event(line, *testing::event("0"));
  recorder.take_lines();
  recorder.close_gate();
  auto backend = started({.capacity_bytes = 2 * line.size(), .batches = {.max_size = 1}});
  push(*backend, 0, 1);
  recorder.wait_until_entered(1);
  push(*backend, 1, 3);
  EXPECT_EQ(backend->figures().lost_full.load(), 1U);
  EXPECT_EQ(backend->figures().held_bytes.load(), 2 * line.size());
  recorder.open_gate();
  backend->shutdown();
  EXPECT_THAT(recorder.ids(), ElementsAre("0", "1"));
}

TEST_F(BufferedTest, WhatComesAfterShutdownIsCountedAsLost) {
  auto backend = started({.batches = patient(10)});
  push(*backend, 0, 3);
  backend->shutdown();
  EXPECT_EQ(recorder.ids().size(), 3U);
  EXPECT_TRUE(recorder.is_shut_down());
  push(*backend, 3, 5);
  EXPECT_EQ(counters.errors()["buffered"], 2U);
  EXPECT_EQ(backend->figures().lost_shutdown.load(), 2U);
  EXPECT_THAT(log.take(), HasSubstr("audit backend shut down"));
}

TEST_F(BufferedTest, DeliversAtShutdownEvenWhenItWasNeverStarted) {
  auto backend = buffered({.batches = patient(2)});
  push(*backend, 0, 5);
  backend->shutdown();
  EXPECT_THAT(recorder.sizes(), ElementsAre(2, 2, 1));
}

TEST_F(BufferedTest, GivingUpLosesWhatWaitsAndCutsTheDelegateShort) {
  recorder.close_gate();
  auto backend = started({.batches = {.max_size = 1}});
  push(*backend, 0, 5);
  recorder.wait_until_entered(1);
  std::thread stopping([&] { backend->shutdown(); });
  backend->give_up();
  stopping.join();
  EXPECT_TRUE(recorder.is_given_up());
  EXPECT_EQ(backend->figures().lost_shutdown.load(), 4U);
  EXPECT_EQ(counters.errors()["buffered"], 4U);
  EXPECT_EQ(backend->figures().held_bytes.load(), 0U);
}

TEST_F(BufferedTest, AnErrorOfTheDelegatesStartIsItsOwn) {
  recorder.fail_start("no such place");
  EXPECT_EQ(buffered({})->start().error().message, "no such place");
}

TEST_F(BufferedTest, SaysWhatItHoldsAndLostAndPassesTheReportOn) {
  recorder.close_gate();
  auto backend = started({.capacity = 2, .batches = patient(1)});
  push(*backend, 0, 1);
  recorder.wait_until_entered(1);
  push(*backend, 1, 4);
  const auto reports = audit::reports_of(*backend);
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_EQ(reports[0].backend, "recorder");
  EXPECT_EQ(reports[0].pending, 3U);
  EXPECT_EQ(reports[0].lost_events(), 1U);
  EXPECT_EQ(reports[0].losses.back().reason, "failed") << "the delegate's";
  EXPECT_TRUE(backend->reopen().has_value());
  EXPECT_TRUE(recorder.is_reopened());
  recorder.open_gate();
  backend->shutdown();
}

TEST_F(BufferedTest, AnObserverSeesEveryStep) {
  testing::StepObserver observer;
  recorder.close_gate();
  auto backend = started({.capacity = 2, .batches = patient(2), .trace = {&observer, "recorder"}});
  push(*backend, 0, 2);
  recorder.wait_until_entered(1);
  push(*backend, 2, 5);
  recorder.open_gate();
  backend->shutdown();
  EXPECT_THAT(
      observer.steps(),
      UnorderedElementsAre("recorder queued 0", "recorder queued 1", "recorder batched 0 batch 1",
                           "recorder batched 1 batch 1", "recorder queued 2", "recorder queued 3",
                           "recorder lost 4 queue_full", "recorder batched 2 batch 2",
                           "recorder batched 3 batch 2"));
}

TEST_F(BufferedTest, AnObserverSeesTheBatchesOfOneCallOneByOne) {
  testing::StepObserver observer;
  recorder.close_gate();
  auto backend = started({.batches = patient(2),
                          .together_bytes = std::size_t{1} << 20,
                          .trace = {&observer, "recorder"}});
  push(*backend, 0, 2);
  recorder.wait_until_entered(1);
  push(*backend, 2, 6);
  recorder.open_gate();
  backend->shutdown();
  EXPECT_THAT(recorder.sizes(), ElementsAre(2, 4));
  EXPECT_THAT(observer.steps(),
              ::testing::IsSupersetOf({"recorder batched 1 batch 1", "recorder batched 2 batch 2",
                                       "recorder batched 3 batch 2", "recorder batched 4 batch 3",
                                       "recorder batched 5 batch 3"}));
}

/// Producers, failures, a queue that overflows and a stop in between: what was delivered and what
/// was lost is what was made.
TEST_F(BufferedTest, DeliveredAndLostIsWhatWasMade) {
  std::mt19937 random(20261124);
  for (int round = 0; round < 60; ++round) {
    SCOPED_TRACE(round);
    constexpr std::uint64_t kProducers = 4;
    constexpr std::uint64_t kEach = 300;
    const auto up_to = [&](std::size_t most) {
      return std::uniform_int_distribution<std::size_t>(1, most)(random);
    };
    audit::Counters figures;
    Recorder delivered;
    delivered.fail_every(up_to(7));
    BufferSettings settings{
        .capacity = up_to(400), .batches = {.max_size = up_to(50)}, .max_in_flight = up_to(4)};
    if (up_to(2) == 1) settings.capacity_bytes = up_to(200'000);
    if (up_to(2) == 1) delivered.take_lines();
    if (up_to(2) == 1) settings.together_bytes = up_to(20'000);
    if (up_to(3) == 1) settings.batches.max_wait = milliseconds(1);
    if (up_to(3) == 1) settings.batches.throttle = {.per_second = 20'000, .burst = 3};
    Buffered backend(delivered.backend(), settings, figures);
    ASSERT_TRUE(backend.start().has_value());

    const std::size_t stop_after = up_to(2 * kProducers * kEach);  // half of the time: at the end
    std::atomic<std::size_t> made{0};
    std::latch stop_now(1);
    std::vector<std::thread> producers;
    for (std::uint64_t producer = 0; producer < kProducers; ++producer) {
      producers.emplace_back([&] {
        const std::vector events{testing::event("e")};
        for (std::uint64_t i = 0; i < kEach; ++i) {
          backend.process(events);
          if (made.fetch_add(1) + 1 == stop_after) stop_now.count_down();
        }
      });
    }
    if (stop_after <= kProducers * kEach) {
      stop_now.wait();
      if (up_to(2) == 1) backend.give_up();
      backend.shutdown();
      for (std::thread& producer : producers) producer.join();
    } else {
      for (std::thread& producer : producers) producer.join();
      backend.shutdown();
    }

    const QueueFigures& queue = backend.figures();
    EXPECT_EQ(
        delivered.events() + delivered.failed_events() + queue.lost_full + queue.lost_shutdown,
        kProducers * kEach);
    EXPECT_EQ(figures.errors()["buffered"], queue.lost_full + queue.lost_shutdown);
    EXPECT_EQ(queue.waiting, 0U);
    EXPECT_EQ(queue.held_bytes, 0U);
    EXPECT_EQ(queue.batches_in_flight, 0U);
  }
}

}  // namespace
}  // namespace kaudit::backends
