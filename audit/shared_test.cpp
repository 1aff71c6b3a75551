#include "audit/shared.hpp"

#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace kaudit::audit {
namespace {

using Text = Shared<std::string>;

void quote(std::string& out, const std::string& text) { out = "'" + text + "'"; }

TEST(Shared, IsEmptyUntilItIsMade) {
  EXPECT_EQ(*Text(), "");
  EXPECT_EQ(Text().json(quote), nullptr);
}

TEST(Shared, AChangeIsForOneAlone) {
  Text one(std::string("a"));
  const Text other = one;
  one.edit() += "b";
  EXPECT_EQ(*one, "ab");
  EXPECT_EQ(*other, "a");
}

TEST(Shared, KeepsItsJsonForAllThatShareIt) {
  const Text one(std::string("a"));
  EXPECT_EQ(one.json(quote), nullptr) << "nobody would profit";
  const Text other = one;  // NOLINT(performance-unnecessary-copy-initialization): what shares
  ASSERT_NE(one.json(quote), nullptr);
  EXPECT_EQ(*one.json(quote), "'a'");
  EXPECT_EQ(other.json(quote), one.json(quote));
}

TEST(Shared, AChangedValueHasItsOwnJson) {
  Text one(std::string("a"));
  {
    const Text other = one;  // NOLINT(performance-unnecessary-copy-initialization): what shares
    EXPECT_EQ(*one.json(quote), "'a'");
  }
  one.edit() = "b";
  const Text other = one;  // NOLINT(performance-unnecessary-copy-initialization): what shares
  EXPECT_EQ(*one.json(quote), "'b'");
}

TEST(Shared, IsEncodedByManyThreadsAtATime) {
  const Text one(std::string(100, 'x'));
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([mine = one] { EXPECT_EQ(mine.json(quote)->size(), 102U); });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace kaudit::audit
