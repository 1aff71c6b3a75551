#include "apiserver/store/object_list.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "apiserver/store/fetch_ahead.hpp"
#include "apiserver/store/memory_store.hpp"
#include "apiserver/store/testing/run.hpp"

namespace kaudit::apiserver::store {
namespace {

using testing::config_map;
using testing::run;

using Texts = std::map<std::string, std::string>;

std::string name_of(std::size_t number) { return std::to_string(10'000 + number); }
std::string key_of(std::size_t number) { return "cm/n/" + name_of(number); }

void create(MemoryStore& store, std::size_t number, std::string_view value) {
  ASSERT_TRUE(run(store.create(key_of(number), config_map(name_of(number), value))));
}

void fill(MemoryStore& store, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) create(store, i, "first");
}

std::uint64_t version_at(MemoryStore& store, std::size_t number) {
  return (*run(store.get(key_of(number))))->meta().resource_version;
}

void update(MemoryStore& store, std::size_t number, std::string_view value) {
  ASSERT_TRUE(run(
      store.update(key_of(number), config_map(name_of(number), value), version_at(store, number))));
}

void remove(MemoryStore& store, std::size_t number) {
  ASSERT_TRUE(run(store.remove(key_of(number), version_at(store, number))));
}

ObjectList listed(MemoryStore& store, std::size_t from, std::size_t limit, std::uint64_t at = 0) {
  return std::move(run(store.list({"cm/", key_of(from), limit, {}, at}))->objects);
}

Texts texts_of(const ObjectList& list) {
  Texts texts;
  for (const ObjectPtr& object : list) texts[object->meta().name] = object->text();
  return texts;
}

TEST(ObjectList, WalksItsRunsInOrder) {
  const auto numbered = [](std::uint64_t number) { return config_map("x", "1").seal(number); };
  ObjectList list(std::vector<ObjectPtr>{numbered(1), numbered(2)});
  list.append({});
  const auto more = std::make_shared<const std::vector<ObjectPtr>>(1, numbered(3));
  list.append({more, *more});
  EXPECT_EQ(list.size(), 3U);
  EXPECT_EQ(list.front()->meta().resource_version, 1U);
  EXPECT_EQ(list.back()->meta().resource_version, 3U);
  std::vector<std::uint64_t> versions;
  for (const ObjectPtr& object : list) versions.push_back(object->meta().resource_version);
  EXPECT_EQ(versions, (std::vector<std::uint64_t>{1, 2, 3}));
  EXPECT_EQ(runs_of(list).size(), 2U);
  EXPECT_TRUE(ObjectList(std::vector<ObjectPtr>()).empty());
  EXPECT_EQ(ObjectList().begin(), ObjectList().end());
}

TEST(ObjectList, IsFetchedAheadWhateverItsSize) {
  MemoryStore store;
  fill(store, 200);
  for (const std::size_t size : {0U, 1U, 7U, 9U, 20U, 200U}) {
    std::vector<ObjectRun> runs =
        size == 0 ? std::vector<ObjectRun>() : runs_of(listed(store, 0, size));
    FetchAhead ahead(runs);
    std::size_t seen = 0;
    for (ObjectRun& one : runs) {
      for (const ObjectPtr& object : one.objects) {
        ahead.step();
        seen += object->meta().name == name_of(seen) ? 1 : 0;
      }
      one = {};
    }
    EXPECT_EQ(seen, size);
  }
}

// Whatever happens behind it: the leaves that it holds are not changed but copied.
TEST(ObjectList, ShowsWhatItTookWhileTheStoreGoesOn) {
  for (const std::size_t count : {3U, 64U, 65U, 1000U, 5000U}) {
    MemoryStore store;
    fill(store, count);
    const ObjectList whole = listed(store, 0, 0);
    const ObjectList part = listed(store, count / 3, count / 2);
    const Texts all = texts_of(whole);
    const Texts some = texts_of(part);
    EXPECT_EQ(all.size(), count);
    for (std::size_t i = 0; i < count; i += 3) update(store, i, "second");
    for (std::size_t i = 1; i < count; i += 3) remove(store, i);
    for (std::size_t i = count; i < 2 * count; ++i) create(store, i, "new");
    const ObjectList later = listed(store, 0, 0);
    const Texts then = texts_of(later);
    for (std::size_t i = 2; i < 2 * count; i += 3) remove(store, i);
    EXPECT_EQ(texts_of(whole), all);
    EXPECT_EQ(texts_of(part), some);
    EXPECT_EQ(texts_of(later), then);
  }
}

TEST(ObjectList, OfAnOldVersionIsMadeFromWhatIsThereNow) {
  MemoryStore store;
  fill(store, 300);
  const std::uint64_t version = store.resource_version();
  const Texts all = texts_of(listed(store, 100, 150));
  for (std::size_t i = 0; i < 300; i += 7) remove(store, i);
  for (std::size_t i = 1; i < 300; i += 7) update(store, i, "second");
  for (std::size_t i = 300; i < 400; ++i) create(store, i, "new");
  const ObjectList old = listed(store, 100, 150, version);
  EXPECT_EQ(texts_of(old), all);
  for (std::size_t i = 2; i < 300; i += 7) remove(store, i);
  EXPECT_EQ(texts_of(old), all);
}

TEST(ObjectList, LetsGoOfWhatTheStoreHasReplaced) {
  MemoryStore store({.history = 1});
  fill(store, 500);
  std::vector<std::weak_ptr<const objects::Object>> first;
  for (const ObjectPtr& object : listed(store, 0, 0)) first.push_back(object);
  const auto alive = [&first] {
    return std::count_if(first.begin(), first.end(),
                         [](const auto& object) { return !object.expired(); });
  };
  std::vector<ObjectRun> runs = runs_of(listed(store, 200, 100));
  for (std::size_t i = 0; i < 500; ++i) update(store, i, "second");
  create(store, 500, "last");
  // Until the history, which forgets many changes at once, has none of those.
  for (int i = 0; i < 1000; ++i) update(store, 500, std::to_string(i));
  EXPECT_GE(alive(), 100);
  EXPECT_LE(alive(), 100 + 2 * 63) << "the neighbours in the first and last leaf";
  const std::size_t of_first = runs.front().objects.size();
  runs.front() = {};
  EXPECT_LE(alive(), 100 + 63 - static_cast<std::ptrdiff_t>(of_first));
  runs.clear();
  EXPECT_EQ(alive(), 0);
}

// For the sanitizers: lists end on one thread while another changes the leaves they held.
TEST(ObjectList, IsReadWhileOthersWrite) {
  MemoryStore store;
  fill(store, 1000);
  std::jthread reader([&store] {
    std::mt19937 random(1);
    for (int round = 0; round < 300; ++round) {
      const ObjectList list = listed(store, random() % 900, 1 + random() % 200);
      std::size_t size = 0;
      for (const ObjectPtr& object : list) size += object->text().size();
      EXPECT_GT(size, 0U);
    }
  });
  std::mt19937 random(2);
  for (int round = 0; round < 3000; ++round) update(store, random() % 1000, "again");
}

}  // namespace
}  // namespace kaudit::apiserver::store
