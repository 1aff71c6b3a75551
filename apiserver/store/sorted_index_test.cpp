#include "apiserver/store/sorted_index.hpp"

#include <map>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "apiserver/store/testing/run.hpp"

namespace kaudit::apiserver::store {
namespace {

using Model = std::map<std::string, ObjectPtr>;

ObjectPtr object(std::uint64_t version) { return testing::config_map("x", "1").seal(version); }

void put(SortedIndex& index, const std::string& key, ObjectPtr what) {
  index.put(std::make_shared<const std::string>(key), std::move(what));
}

void expect_found(const SortedIndex& index, const Model& model, unsigned keys) {
  for (unsigned i = 0; i < keys; ++i) {
    const std::string key = std::to_string(i);
    const auto wanted = model.find(key);
    const ObjectPtr* const found = index.find(key);
    ASSERT_EQ(found != nullptr, wanted != model.end()) << key;
    if (found != nullptr) {
      ASSERT_EQ(*found, wanted->second);
    }
  }
}

void expect_equal(const IndexSnapshot& index, const Model& model) {
  ASSERT_EQ(index.size(), model.size());
  auto cursor = index.lower_bound("");
  std::size_t rank = 0;
  for (const auto& [key, wanted] : model) {
    ASSERT_FALSE(cursor.at_end());
    ASSERT_EQ(cursor.key(), key);
    ASSERT_EQ(cursor.object(), wanted);
    ASSERT_NE(index.find(key), nullptr);
    ASSERT_EQ(*index.find(key), wanted);
    ASSERT_EQ(index.rank(key), rank++);
    cursor.next();
  }
  ASSERT_TRUE(cursor.at_end());
}

TEST(SortedIndex, IsEmptyAtFirst) {
  const SortedIndex index;
  EXPECT_EQ(index.find("a"), nullptr);
  EXPECT_EQ(index.stored_key("a"), nullptr);
  EXPECT_EQ(index.snapshot().rank("a"), 0U);
  EXPECT_TRUE(index.snapshot().lower_bound("").at_end());
}

TEST(SortedIndex, FindsThePlaceOfAKeyThatIsNotThere) {
  SortedIndex index;
  for (int i = 100; i < 900; ++i) put(index, std::to_string(i), object(1));
  const IndexSnapshot snapshot = index.snapshot();
  EXPECT_EQ(snapshot.rank("4005"), 301U);
  EXPECT_EQ(snapshot.lower_bound("4005").key(), "401");
  EXPECT_TRUE(snapshot.lower_bound("9").at_end());
}

TEST(SortedIndex, TakesWhatAWalkWouldGive) {
  SortedIndex index;
  for (const char* prefix : {"a/", "b/", "c/"}) {
    for (std::uint64_t i = 100; i < 500; ++i) put(index, prefix + std::to_string(i), object(i));
  }
  const IndexSnapshot snapshot = index.snapshot();
  std::mt19937 random(1);
  for (const std::string prefix : {"", "a/", "b/", "c/", "d/", "b/250", "b/2505"}) {
    for (int round = 0; round < 200; ++round) {
      const std::string from = std::max(prefix, "b/" + std::to_string(100 + random() % 400));
      const std::size_t limit = random() % 1500;
      auto walk = snapshot.lower_bound(from);
      std::vector<ObjectPtr> wanted;
      for (; wanted.size() < limit && !walk.at_end() && covers(prefix, walk.key()); walk.next()) {
        wanted.push_back(walk.object());
      }
      const std::size_t first = snapshot.rank(from);
      const ObjectList taken = snapshot.objects(first, wanted.size());
      ASSERT_EQ(taken.copy(), wanted) << prefix << " from " << from;
      ASSERT_EQ(taken.size(), wanted.size());
      if (limit > 1200) {
        ASSERT_EQ(snapshot.objects(first, limit).size(), snapshot.size() - first);
      }
    }
  }
}

// Whatever is put and erased, in whatever order, the index is a sorted map, and a snapshot stays
// what it was.
TEST(SortedIndex, IsASortedMapWhoseSnapshotsStay) {
  for (const unsigned keys : {50U, 3000U, 30'000U}) {
    std::mt19937 random(keys);
    SortedIndex index;
    Model model;
    std::vector<std::pair<IndexSnapshot, Model>> kept;
    for (unsigned round = 0; round < 8; ++round) {
      const bool shrinks = round % 3 == 2;
      for (unsigned i = 0; i < keys; ++i) {
        const std::string key = std::to_string(round == 0 ? i + keys : random() % (2 * keys));
        if (random() % 10 < (shrinks ? 8U : 2U)) {
          index.erase(key);
          model.erase(key);
        } else {
          model[key] = object(i + 1);
          put(index, key, model[key]);
        }
        if (i % (keys / 3) == 1 && keys < 10'000) kept.emplace_back(index.snapshot(), model);
      }
      expect_equal(index.snapshot(), model);
      expect_found(index, model, 2 * keys);
    }
    while (!model.empty()) {
      index.erase(model.begin()->first);
      model.erase(model.begin());
    }
    expect_equal(index.snapshot(), model);
    for (const auto& [snapshot, was] : kept) expect_equal(snapshot, was);
  }
}

}  // namespace
}  // namespace kaudit::apiserver::store
