#include <map>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "apiserver/store/memory_store.hpp"
#include "apiserver/store/testing/run.hpp"

namespace kaudit::apiserver::store {
namespace {

using testing::config_map;
using testing::run;

std::vector<std::string> names_of(const Page& page) {
  std::vector<std::string> names;
  for (const ObjectPtr& object : page.objects) names.push_back(object->meta().name);
  return names;
}

using Names = std::vector<std::string>;

TEST(MemoryStoreList, ShowsTheStoreAsItWasAtAVersion) {
  MemoryStore store;
  run(store.create("cm/n/a", config_map("a", "1")));
  run(store.create("cm/n/c", config_map("c", "1")));
  run(store.create("cm/n/b", config_map("b", "1")));
  run(store.update("cm/n/a", config_map("a", "2"), 1));
  run(store.remove("cm/n/c", 2));
  const auto then = run(store.list({"cm/n/", "", 0, {}, 2}));
  EXPECT_EQ(names_of(*then), Names({"a", "c"}));
  EXPECT_EQ(then->objects.front()->meta().resource_version, 1U);
  EXPECT_EQ(then->resource_version, 2U);
  const auto first = run(store.list({"cm/n/", "", 1, {}, 2}));
  EXPECT_EQ(names_of(*first), Names({"a"}));
  EXPECT_EQ(first->remaining, 1U);
  EXPECT_EQ(names_of(*run(store.list({"cm/n/", "", 0, {}, 5}))), Names({"a", "b"}));
}

TEST(MemoryStoreList, RefusesVersionsThatAreForgottenOrToCome) {
  MemoryStore store({.history = 2});
  for (const char* name : {"a", "b", "c"}) {
    run(store.create(std::string("cm/n/") + name, config_map(name, "1")));
  }
  EXPECT_TRUE(run(store.list({"cm/", "", 0, {}, 1})));
  EXPECT_EQ(run(store.list({"cm/", "", 0, {}, 4})).error(), Refusal::NotReached);
  run(store.create("cm/n/d", config_map("d", "1")));
  EXPECT_EQ(run(store.list({"cm/", "", 0, {}, 1})).error(), Refusal::Expired);
}

TEST(MemoryStoreList, ForgetsByBytesToo) {
  MemoryStore store({.history = 1000, .history_bytes = 10'000});
  for (int i = 0; i < 100; ++i) {
    const std::string name = std::to_string(i);
    run(store.create("cm/n/" + name, config_map(name, std::string(1000, 'x'))));
  }
  EXPECT_EQ(run(store.list({"cm/", "", 0, {}, 90})).error(), Refusal::Expired);
  EXPECT_TRUE(run(store.list({"cm/", "", 0, {}, 99})));
}

TEST(MemoryStoreList, FreesWhatIsForgotten) {
  constexpr std::size_t kBytes = 100'000;
  constexpr std::size_t kObject = 10'000;
  MemoryStore store({.history = 1000, .history_bytes = kBytes});
  std::vector<std::weak_ptr<const objects::Object>> objects;
  auto newest = run(store.create("cm/n/a", config_map("a", std::string(kObject, 'x'))));
  for (int i = 0; i < 100; ++i) {
    objects.push_back(*newest);
    const std::string data = std::to_string(i) + std::string(kObject, 'x');
    const auto version = (*newest)->meta().resource_version;
    newest = run(store.update("cm/n/a", config_map("a", data), version));
  }
  const auto alive = std::count_if(objects.begin(), objects.end(),
                                   [](const auto& object) { return !object.expired(); });
  // What is kept, an eighth of forgotten ones, and the newest one's predecessor.
  EXPECT_LE(static_cast<std::size_t>(alive), (kBytes + kBytes / 8) / kObject + 1);
  EXPECT_GE(alive, 8);
}

TEST(MemoryStoreList, CountsTheTextsThatWatchersHadMade) {
  History history({.changes = 100, .bytes = 100'000});
  const auto add = [&history](std::uint64_t version) {
    auto object = config_map("a", std::to_string(version)).seal(version);
    auto change = std::make_shared<const Change>(Change::Type::Added,
                                                 std::make_shared<const std::string>("cm/n/a"),
                                                 std::move(object), nullptr, history.text_bytes());
    history.add(change);
    return change;
  };
  for (std::uint64_t version = 1; version <= 10; ++version) {
    add(version)->texts.get("json", [] { return std::string(30'000, 't'); });
  }
  EXPECT_EQ(history.forgotten(), 6U);  // three texts fit, and the fourth has come after its change
  for (std::uint64_t version = 11; version <= 600; ++version) add(version);
  EXPECT_EQ(*history.text_bytes(), 0U);
}

TEST(MemoryStoreList, BeginsBehindTheVersionItIsGiven) {
  MemoryStore store({.start_version = 1'000'000});
  EXPECT_EQ(store.resource_version(), 1'000'000U);
  const auto created = run(store.create("cm/n/a", config_map("a", "1")));
  EXPECT_EQ((*created)->meta().resource_version, 1'000'001U);
  EXPECT_EQ(run(store.list({"cm/", "", 0, {}, 999'999})).error(), Refusal::Expired);
  EXPECT_TRUE(run(store.list({"cm/", "", 0, {}, 1'000'000}))->objects.empty());
}

TEST(MemoryStoreList, CountsWhatPassesItsFilter) {
  MemoryStore store;
  for (int i = 10; i < 30; ++i) {
    run(store.create("cm/n/" + std::to_string(i), config_map(std::to_string(i), "1")));
  }
  const Filter even = [](const objects::Object& object) {
    return (object.meta().name.back() - '0') % 2 == 0;
  };
  const auto page = run(store.list({"cm/n/", "", 3, even, 0}));
  EXPECT_EQ(names_of(*page), Names({"10", "12", "14"}));
  EXPECT_EQ(page->remaining, 15U);
}

TEST(MemoryStoreList, OfOneKeyIsThatObjectAlone) {
  MemoryStore store;
  run(store.create("cm/n/a", config_map("a", "1")));
  run(store.create("cm/n/ab", config_map("ab", "1")));
  EXPECT_EQ(names_of(*run(store.list({"cm/n/a", "", 1, {}, 0}))), Names({"a"}));
  EXPECT_TRUE(run(store.list({"cm/n/b", "", 0, {}, 0}))->objects.empty());
}

// Pages at the first one's version, whatever is written between them, add up to what was there.
TEST(MemoryStoreList, PagesAddUpToTheFirstOnesMoment) {
  std::mt19937 random(7);
  MemoryStore store;
  const auto write = [&] {
    const std::string name = std::to_string(random() % 200);
    const std::string key = (random() % 5 == 0 ? "other/n/" : "cm/n/") + name;
    const auto current = run(store.get(key));
    if (!current) {
      run(store.create(key, config_map(name, "1")));
    } else if (random() % 2 == 0) {
      run(store.remove(key, (*current)->meta().resource_version));
    } else {
      run(store.update(key, config_map(name, std::to_string(random())),
                       (*current)->meta().resource_version));
    }
  };
  for (int round = 0; round < 100; ++round) {
    for (int i = 0; i < 50; ++i) write();
    const auto whole = run(store.list({"cm/", "", 0, {}, 0}));
    std::vector<ObjectPtr> paged;
    std::string from;
    std::uint64_t at = 0;
    for (std::size_t remaining = 1; remaining > 0;) {
      const auto page = run(store.list({"cm/", from, 1 + random() % 40, {}, at}));
      ASSERT_TRUE(page);
      at = page->resource_version;
      paged.insert(paged.end(), page->objects.begin(), page->objects.end());
      remaining = page->remaining;
      ASSERT_EQ(paged.size() + remaining, whole->objects.size());
      if (!paged.empty()) from = "cm/n/" + paged.back()->meta().name + '\0';
      for (int i = 0; i < 20; ++i) write();
    }
    ASSERT_EQ(paged, whole->objects.copy());
  }
}

}  // namespace
}  // namespace kaudit::apiserver::store
