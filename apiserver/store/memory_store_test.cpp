#include "apiserver/store/memory_store.hpp"

#include <atomic>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

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

class Listener final : public Observer {
 public:
  void committed(const ChangePtr& change) override {
    heard.emplace_back(change->type, *change->key);
    EXPECT_GT(change->version(), last);
    last = change->version();
  }
  void settle() noexcept override {}
  std::vector<std::pair<Change::Type, std::string>> heard;
  std::uint64_t last = 0;
};

TEST(MemoryStore, PutsBackWhatDiffersAndNeverGoesBackInVersions) {
  using Type = Change::Type;
  const auto listener = std::make_shared<Listener>();
  MemoryStore store({.observer = listener});
  for (const char* name : {"changed", "gone", "kept"}) {
    run(store.create(std::string("cm/n/") + name, config_map(name, "1")));
  }
  const IndexSnapshot state = store.snapshot();
  run(store.update("cm/n/changed", config_map("changed", "2"), 1));
  run(store.remove("cm/n/gone", 2));
  run(store.create("cm/n/new", config_map("new", "1")));
  const std::uint64_t before = store.resource_version();
  listener->heard.clear();

  EXPECT_EQ(store.restore(state).size(), 3U);
  const std::vector<std::pair<Type, std::string>> expected = {
      {Type::Modified, "cm/n/changed"}, {Type::Added, "cm/n/gone"}, {Type::Deleted, "cm/n/new"}};
  EXPECT_EQ(listener->heard, expected);
  const auto page = run(store.list({"cm/", "", 0}));
  ASSERT_EQ(page->objects.size(), 3U);
  const std::vector<ObjectPtr> objects = page->objects.copy();
  EXPECT_GT(objects[0]->meta().resource_version, before);
  EXPECT_GT(objects[1]->meta().resource_version, before);
  EXPECT_EQ(objects[2]->meta().resource_version, 3U) << "nothing happened to it";
  EXPECT_NE(objects[0]->text().find("\"1\""), std::string::npos);
  EXPECT_EQ(run(store.list({"cm/", "", 0, {}, before})).error(), Refusal::Expired);

  EXPECT_TRUE(store.restore(store.snapshot()).empty());
  EXPECT_GT(store.resource_version(), page->resource_version) << "a restore is a version, too";
  const auto changed = run(store.update("cm/n/changed", config_map("changed", "3"),
                                        objects[0]->meta().resource_version));
  ASSERT_TRUE(changed);
  EXPECT_EQ(run(store.list({"cm/", "", 0, {}, store.resource_version() - 1}))->objects.size(), 3U)
      << "the history goes on";
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
  writers.reserve(4);
  for (int writer = 0; writer < 4; ++writer) writers.emplace_back(write, writer);
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(store.resource_version(), static_cast<std::uint64_t>(won) + 1);
}

}  // namespace
}  // namespace kaudit::apiserver::store
