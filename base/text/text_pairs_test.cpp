#include "base/text/text_pairs.hpp"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace kaudit {
namespace {

using Listed = std::vector<std::pair<std::string, std::string>>;

Listed listed(const TextPairs& pairs) {
  Listed all;
  for (const TextPair pair : pairs) all.emplace_back(pair.name, pair.value);
  return all;
}

TEST(TextPairs, HoldWhatAVectorOfStringsHolds) {
  TextPairs pairs;
  Listed expected;
  for (std::size_t i = 0; i < 300; ++i) {
    const std::string name(i % 7, 'n');
    const std::string value = std::to_string(i) + std::string(i % 50, 'v');
    const std::size_t at = i * 31 % (expected.size() + 1);
    pairs.insert(at, name, value);
    expected.insert(expected.begin() + static_cast<std::ptrdiff_t>(at), {name, value});
    if (i % 3 == 1) {
      const std::size_t out = i * 17 % expected.size();
      pairs.erase(out);
      expected.erase(expected.begin() + static_cast<std::ptrdiff_t>(out));
    }
    if (i % 5 == 1) {
      const std::size_t changed = i * 13 % expected.size();
      pairs.set_value(changed, "new");
      expected[changed].second = "new";
    }
    ASSERT_EQ(listed(pairs), expected) << i;
  }
}

TEST(TextPairs, CopiesAreTheirOwnAndWhatWasMovedIsEmpty) {
  TextPairs pairs;
  pairs.add("a", "1");
  TextPairs copy = pairs;
  copy.set_value(0, "2");
  EXPECT_EQ(listed(pairs), (Listed{{"a", "1"}}));
  const TextPairs moved = std::move(copy);
  EXPECT_EQ(listed(moved), (Listed{{"a", "2"}}));
  EXPECT_TRUE(copy.empty());  // NOLINT(bugprone-use-after-move): that is the claim
  copy.add("b", "");
  EXPECT_EQ(listed(copy), (Listed{{"b", ""}}));
  pairs = copy;
  EXPECT_EQ(listed(pairs), (Listed{{"b", ""}}));
  pairs.clear();
  EXPECT_TRUE(listed(pairs).empty());
}

TEST(TextPairs, HaveRoomThatWasReserved) {
  TextPairs pairs;
  pairs.reserve(4, 2);
  pairs.add("a", "b");
  const char* const place = pairs[0].name.data();
  pairs.add("c", "d");
  EXPECT_EQ(pairs[0].name.data(), place);
}

}  // namespace
}  // namespace kaudit
