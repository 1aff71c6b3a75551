#include <chrono>
#include <map>
#include <random>
#include <string>
#include <thread>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <gtest/gtest.h>

#include "apiserver/store/memory_store.hpp"
#include "apiserver/store/testing/run.hpp"

namespace kaudit::apiserver::store {
namespace {

using std::chrono::steady_clock;
using testing::config_map;
using testing::run;
using Type = Change::Type;

constexpr auto kNever = steady_clock::time_point::max();

class WatchTest : public ::testing::Test {
 protected:
  Outcome<StartedWatch> start(MemoryStore& store, std::string_view prefix,
                              std::optional<std::uint64_t> after = {}) {
    return run(io, store.watch(prefix, {after, io.get_executor()}));
  }
  std::vector<ChangePtr> next(Watch& watch, steady_clock::time_point deadline = kNever) {
    return run(io, watch.next(deadline));
  }
  asio::io_context io;
};

TEST_F(WatchTest, BeginsWithWhatExistsAndGoesOnWithoutAGap) {
  MemoryStore store;
  run(store.create("cm/n/a", config_map("a", "1")));
  run(store.create("other/n/a", config_map("a", "1")));
  const auto started = start(store, "cm/");
  ASSERT_EQ(started->objects.size(), 1U);
  EXPECT_EQ(started->resource_version, 2U);

  run(store.update("cm/n/a", config_map("a", "2"), 1));
  run(store.create("other/n/b", config_map("b", "1")));
  run(store.remove("cm/n/a", 3));
  const auto events = next(*started->watch);
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0]->type, Type::Modified);
  EXPECT_EQ(events[0]->previous->meta().resource_version, 1U);
  EXPECT_EQ(events[1]->type, Type::Deleted);
  EXPECT_EQ(events[1]->object->meta().resource_version, 5U);
}

TEST_F(WatchTest, ARestoreCutsThoseWhoHaveSeenAllAndThoseWhoHaveNot) {
  MemoryStore store;
  run(store.create("cm/n/a", config_map("a", "1")));
  const IndexSnapshot state = store.snapshot();
  const auto idle = start(store, "cm/n/");
  const auto other = start(store, "secrets/");
  run(store.create("cm/n/b", config_map("b", "1")));
  const auto behind = start(store, "cm/", 1);
  const std::uint64_t before = store.resource_version();

  EXPECT_EQ(store.restore(state).size(), 1U);
  for (const auto* started : {&idle, &other, &behind}) {
    EXPECT_TRUE(next(*(*started)->watch).empty()) << "nothing of before";
    EXPECT_TRUE((*started)->watch->cut());
  }
  EXPECT_GT(store.resource_version(), before);
  const auto again = start(store, "cm/", before);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error(), Refusal::Expired);
  EXPECT_EQ(start(store, "cm/")->objects.size(), 1U);
}

TEST_F(WatchTest, ARestoreWakesThoseWhoWait) {
  MemoryStore store;
  const IndexSnapshot state = store.snapshot();
  const auto started = start(store, "cm/");
  bool ended = false;
  const auto wait = [](Watch& watch, bool& done) -> asio::awaitable<void> {
    const auto changes = co_await watch.next(kNever);
    done = changes.empty() && watch.cut();
  };
  asio::co_spawn(io, wait(*started->watch, ended), asio::detached);
  io.restart();
  io.poll();
  EXPECT_FALSE(ended);
  store.restore(state);
  io.restart();
  io.run();
  EXPECT_TRUE(ended);
}

TEST_F(WatchTest, ReplaysWhatHappenedBehindAVersion) {
  MemoryStore store({.history = 10});
  for (const char* name : {"a", "b", "c", "d", "e"}) {
    run(store.create(std::string("cm/n/") + name, config_map(name, "1")));
  }
  const auto started = start(store, "cm/", 1);
  ASSERT_TRUE(started);
  EXPECT_TRUE(started->objects.empty());
  EXPECT_EQ(next(*started->watch).size(), 4U);
}

TEST_F(WatchTest, IsRefusedBehindAVersionThatIsForgotten) {
  MemoryStore store({.history = 2});
  for (const char* name : {"a", "b", "c", "d"}) {
    run(store.create(std::string("cm/n/") + name, config_map(name, "1")));
  }
  EXPECT_EQ(start(store, "cm/", 1).error(), Refusal::Expired);
  const auto started = start(store, "cm/", 2);
  ASSERT_TRUE(started);
  EXPECT_EQ(next(*started->watch).size(), 2U);
}

TEST_F(WatchTest, IsCutWhenTheWatcherIsTooSlow) {
  MemoryStore store({.history = 2});
  const auto started = start(store, "cm/");
  const auto elsewhere = start(store, "other/");
  for (const char* name : {"a", "b", "c"}) {
    run(store.create(std::string("cm/n/") + name, config_map(name, "1")));
  }
  EXPECT_TRUE(next(*started->watch).empty());
  EXPECT_TRUE(started->watch->cut());
  EXPECT_TRUE(next(*elsewhere->watch, steady_clock::now()).empty());
  EXPECT_FALSE(elsewhere->watch->cut());
  EXPECT_EQ(elsewhere->watch->seen(), 3U);
}

TEST_F(WatchTest, IsNotCutForWhatOthersForgotMeanwhile) {
  MemoryStore store({.history = 2});
  const auto started = start(store, "cm/");
  for (const char* name : {"a", "b", "c", "d"}) {
    run(store.create(std::string("other/n/") + name, config_map(name, "1")));
  }
  run(store.create("cm/n/a", config_map("a", "1")));
  EXPECT_EQ(next(*started->watch).size(), 1U);
}

TEST_F(WatchTest, OfOneKeyHearsOfThatAlone) {
  MemoryStore store;
  const auto started = start(store, "cm/n/a");
  for (const char* name : {"a", "ab"}) {
    run(store.create(std::string("cm/n/") + name, config_map(name, "1")));
  }
  const auto events = next(*started->watch);
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(*events[0]->key, "cm/n/a");
}

TEST_F(WatchTest, GivesMuchInBoundedPieces) {
  MemoryStore store;
  run(store.create("cm/n/a", config_map("a", "0")));
  for (std::uint64_t i = 1; i <= 1200; ++i) {
    run(store.update("cm/n/a", config_map("a", std::to_string(i)), i));
  }
  const auto started = start(store, "cm/", 1);
  std::uint64_t version = 1;
  for (int pieces = 0; version < 1201 && pieces < 1200; ++pieces) {
    const auto events = next(*started->watch);
    ASSERT_LE(events.size(), 500U);
    for (const ChangePtr& event : events) EXPECT_EQ(event->version(), ++version);
    EXPECT_EQ(started->watch->seen(), version);
  }
  EXPECT_EQ(version, 1201U);
}

TEST_F(WatchTest, WaitsNoLongerThanItsDeadlineOrAnInterrupt) {
  MemoryStore store;
  const auto started = start(store, "cm/");
  EXPECT_TRUE(next(*started->watch, steady_clock::now()).empty());
  asio::post(io, [&] { started->watch->interrupt(); });
  EXPECT_TRUE(next(*started->watch).empty());
}

TEST_F(WatchTest, WakesForAChangeFromAnotherThread) {
  MemoryStore store;
  const auto started = start(store, "cm/");
  std::thread writer([&] { run(store.create("cm/n/a", config_map("a", "1"))); });
  EXPECT_EQ(next(*started->watch).size(), 1U);
  writer.join();
}

/// Takes what a watch gives, piece by piece, until it has seen that version; waits for each piece.
asio::awaitable<void> collect(Watch& watch, std::uint64_t version,
                              std::vector<std::vector<ChangePtr>>& pieces) {
  const auto patience = steady_clock::now() + std::chrono::seconds(60);
  while (watch.seen() < version && steady_clock::now() < patience) {
    pieces.push_back(co_await watch.next(patience));
  }
}

TEST_F(WatchTest, TellsAtItsEndWhatCameInAPause) {
  MemoryStore store({.watch_pause = [](WatchHub::Duration) -> WatchHub::Duration {
    return std::chrono::milliseconds(1);
  }});
  const auto started = start(store, "cm/");
  std::vector<std::vector<ChangePtr>> pieces;
  asio::co_spawn(io, collect(*started->watch, 3, pieces), asio::detached);
  io.restart();
  io.poll();
  run(store.create("cm/n/a", config_map("a", "1")));
  while (pieces.empty() && io.run_one() != 0) {
  }
  // The pause begins behind those who are told: nothing of it has passed.
  run(store.create("cm/n/b", config_map("b", "1")));
  run(store.create("cm/n/c", config_map("c", "1")));
  io.run();
  ASSERT_EQ(pieces.size(), 2U);
  EXPECT_EQ(pieces[0].size(), 1U);
  EXPECT_EQ(pieces[1].size(), 2U);
}

TEST_F(WatchTest, APauseHoldsUpNeitherDeadlinesNorInterrupts) {
  MemoryStore store({.watch_pause = [](WatchHub::Duration) -> WatchHub::Duration {
    return std::chrono::hours(1);
  }});
  const auto started = start(store, "cm/");
  std::vector<std::vector<ChangePtr>> pieces;
  asio::co_spawn(io, collect(*started->watch, 2, pieces), asio::detached);
  io.restart();
  io.poll();
  run(store.create("cm/n/a", config_map("a", "1")));
  io.poll();
  ASSERT_EQ(pieces.size(), 1U);
  run(store.create("cm/n/b", config_map("b", "1")));
  io.poll();
  ASSERT_EQ(pieces.size(), 1U) << "the pause is over";
  started->watch->interrupt();
  io.poll();
  ASSERT_EQ(pieces.size(), 2U);
  EXPECT_EQ(pieces[1].size(), 1U);
  run(store.create("cm/n/c", config_map("c", "1")));
  EXPECT_EQ(next(*started->watch, steady_clock::now()).size(), 1U);
}

TEST_F(WatchTest, PausesAsLongAsItTook) {
  using namespace std::chrono_literals;
  EXPECT_EQ(WatchHub::pause_after(999us), 0ms);
  EXPECT_EQ(WatchHub::pause_after(2ms), 2ms);
  EXPECT_EQ(WatchHub::pause_after(10s), 50ms);
}

// Of several threads' changes nothing stays untold, with pauses and without.
TEST_F(WatchTest, WakesForEveryChangeOfOtherThreads) {
  constexpr std::uint64_t kWriters = 3;
  constexpr std::uint64_t kEach = 1000;
  const std::vector<WatchHub::PauseAfter> pauses = {
      [](WatchHub::Duration) { return WatchHub::Duration(0); },
      [](WatchHub::Duration lap) { return lap; },
  };
  for (const WatchHub::PauseAfter pause : pauses) {
    MemoryStore store({.watch_pause = pause});
    const std::vector<Outcome<StartedWatch>> watches = [&] {
      std::vector<Outcome<StartedWatch>> list;
      for (int i = 0; i < 3; ++i) list.push_back(start(store, "cm/"));
      return list;
    }();
    std::vector<std::vector<std::vector<ChangePtr>>> pieces(watches.size());
    for (std::size_t i = 0; i < watches.size(); ++i) {
      asio::co_spawn(io, collect(*watches[i]->watch, kWriters * kEach, pieces[i]), asio::detached);
    }
    std::vector<std::thread> writers;
    for (std::uint64_t writer = 0; writer < kWriters; ++writer) {
      writers.emplace_back([&store, writer] {
        for (std::uint64_t i = 0; i < kEach; ++i) {
          const std::string name = std::to_string(writer) + "-" + std::to_string(i);
          run(store.create("cm/n/" + name, config_map(name, "1")));
        }
      });
    }
    io.restart();
    io.run();
    for (std::thread& writer : writers) writer.join();
    for (const auto& of_one : pieces) {
      std::uint64_t version = 0;
      for (const auto& piece : of_one) {
        for (const ChangePtr& change : piece) EXPECT_EQ(change->version(), ++version);
      }
      EXPECT_EQ(version, kWriters * kEach);
    }
  }
}

// Whatever several threads do, an initial list and the changes after it add up to what the store
// holds.
TEST_F(WatchTest, AddsUpToTheStore) {
  MemoryStore store;
  const auto change_at_random = [&store](unsigned seed) {
    std::mt19937 random(seed);
    for (int i = 0; i < 2000; ++i) {
      const std::string name = std::to_string(random() % 20);
      const std::string key = "cm/n/" + name;
      const auto current = run(store.get(key));
      const std::string value = std::to_string(random() % 3);
      if (!current) {
        run(store.create(key, config_map(name, value)));
      } else if (random() % 3 == 0) {
        run(store.remove(key, (*current)->meta().resource_version));
      } else {
        run(store.update(key, config_map(name, value), (*current)->meta().resource_version));
      }
    }
  };
  change_at_random(1);
  const auto listed = run(store.list({"cm/", "", 0}));
  const auto behind_list = start(store, "cm/", listed->resource_version);
  std::vector<std::thread> writers;
  for (unsigned seed = 2; seed < 5; ++seed) writers.emplace_back(change_at_random, seed);
  const auto from_now = start(store, "cm/");
  for (std::thread& writer : writers) writer.join();

  const auto replayed = [&](const ObjectList& objects, Watch& watch) {
    std::map<std::string, std::string> state;
    for (const ObjectPtr& object : objects) state[object->meta().name] = object->text();
    std::uint64_t version = 0;
    while (watch.seen() < store.resource_version()) {
      for (const ChangePtr& event : next(watch, steady_clock::now())) {
        EXPECT_GT(event->version(), version);
        version = event->version();
        EXPECT_EQ(event->type == Type::Added, !state.contains(event->object->meta().name));
        if (event->type == Type::Deleted) {
          state.erase(event->object->meta().name);
        } else {
          state[event->object->meta().name] = event->object->text();
        }
      }
    }
    return state;
  };
  std::map<std::string, std::string> stored;
  const auto at_the_end = run(store.list({"cm/", "", 0}));
  for (const ObjectPtr& object : at_the_end->objects) {
    stored[object->meta().name] = object->text();
  }
  EXPECT_EQ(replayed(listed->objects, *behind_list->watch), stored);
  EXPECT_EQ(replayed(from_now->objects, *from_now->watch), stored);
}

}  // namespace
}  // namespace kaudit::apiserver::store
