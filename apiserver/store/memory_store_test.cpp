#include "apiserver/store/memory_store.hpp"

#include <atomic>
#include <map>
#include <random>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "apiserver/store/testing/run.hpp"

namespace kaudit::apiserver::store {
namespace {

using testing::config_map;
using testing::run;

TEST(MemoryStore, GivesEachChangeTheNextVersion) {
  MemoryStore store;
  const auto first = run(store.create("cm/n/a", config_map("a", "1")));
  const auto second = run(store.create("cm/n/b", config_map("b", "1")));
  ASSERT_TRUE(first && second);
  EXPECT_EQ((*first)->meta().resource_version, 1U);
  EXPECT_EQ((*second)->meta().resource_version, 2U);
  const auto changed = run(store.update("cm/n/a", config_map("a", "2"), 1));
  ASSERT_TRUE(changed);
  EXPECT_EQ((*changed)->meta().resource_version, 3U);
  const auto removed = run(store.remove("cm/n/b", 2));
  ASSERT_TRUE(removed);
  EXPECT_EQ((*removed)->meta().resource_version, 4U);
  EXPECT_EQ(store.resource_version(), 4U);
}

TEST(MemoryStore, RefusesWhatDoesNotFit) {
  MemoryStore store;
  run(store.create("cm/n/a", config_map("a", "1")));
  EXPECT_EQ(run(store.create("cm/n/a", config_map("a", "1"))).error(), Refusal::AlreadyExists);
  EXPECT_EQ(run(store.get("cm/n/b")).error(), Refusal::NotFound);
  EXPECT_EQ(run(store.update("cm/n/b", config_map("b", "1"), 1)).error(), Refusal::NotFound);
  EXPECT_EQ(run(store.update("cm/n/a", config_map("a", "2"), 7)).error(), Refusal::Changed);
  EXPECT_EQ(run(store.remove("cm/n/b", 1)).error(), Refusal::NotFound);
  EXPECT_EQ(run(store.remove("cm/n/a", 7)).error(), Refusal::Changed);
  EXPECT_EQ(store.resource_version(), 1U);
}

TEST(MemoryStore, LeavesAnObjectAloneWhenAnUpdateChangesNothing) {
  MemoryStore store;
  const auto stored = run(store.create("cm/n/a", config_map("a", "1")));
  const auto same = run(store.update("cm/n/a", config_map("a", "1"), 1));
  ASSERT_TRUE(same);
  EXPECT_EQ(*same, *stored);
  EXPECT_EQ(store.resource_version(), 1U);
}

TEST(MemoryStore, ListsByKeyInPages) {
  MemoryStore store;
  for (const char* name : {"d", "b", "c", "a"}) {
    run(store.create(std::string("cm/n/") + name, config_map(name, "1")));
  }
  run(store.create("cm/other/x", config_map("x", "1")));
  const auto page = run(store.list({"cm/n/", "", 3}));
  ASSERT_TRUE(page);
  EXPECT_EQ(page->resource_version, 5U);
  EXPECT_EQ(page->remaining, 1U);
  ASSERT_EQ(page->objects.size(), 3U);
  EXPECT_EQ(page->objects.front()->meta().name, "a");
  const auto rest = run(store.list({"cm/n/", std::string("cm/n/c\0", 7), 3}));
  ASSERT_EQ(rest->objects.size(), 1U);
  EXPECT_EQ(rest->objects.front()->meta().name, "d");
  EXPECT_EQ(rest->remaining, 0U);
}

TEST(MemoryStore, LetsOneOfManyWritersWinEachVersion) {
  MemoryStore store;
  run(store.create("cm/n/a", config_map("a", "0")));
  std::atomic<int> won{0};
  const auto write = [&](int writer) {
    for (int i = 0; i < 500; ++i) {
      const auto current = run(store.get("cm/n/a"));
      const std::string value = std::to_string(writer) + "-" + std::to_string(i);
      if (run(store.update("cm/n/a", config_map("a", value),
                           (*current)->meta().resource_version))) {
        ++won;
      }
    }
  };
  std::vector<std::thread> writers;
  for (int writer = 0; writer < 4; ++writer) writers.emplace_back(write, writer);
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(store.resource_version(), static_cast<std::uint64_t>(won) + 1);
}

}  // namespace
}  // namespace kaudit::apiserver::store
