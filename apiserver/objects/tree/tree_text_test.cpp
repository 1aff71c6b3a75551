#include "apiserver/objects/tree/tree_text.hpp"

#include <cstddef>
#include <cstring>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "apiserver/objects/tree/block_pool.hpp"

namespace kaudit::apiserver::objects {
namespace {

const std::string kNear(14, 'n');
const std::string kFar(15, 'f');

TEST(TreeText, HoldsTextsOfAnyLengthAndEndsThemInAZeroByte) {
  for (const std::size_t size : {0U, 1U, 13U, 14U, 15U, 16U, 31U, 32U, 5'000U, 100'000U}) {
    const std::string given(size, 'x');
    const TreeText text(given);
    EXPECT_EQ(text, given);
    EXPECT_EQ(text.size(), size);
    EXPECT_EQ(text.empty(), size == 0);
    EXPECT_EQ(text.c_str()[size], '\0');
  }
  EXPECT_EQ(TreeText(std::string_view("a\0b", 3)).size(), 3U);
}

TEST(TreeText, IsCopiedAndMovedAsAValue) {
  for (const std::string& given : {kNear, kFar}) {
    TreeText text(given);
    TreeText copy = text;
    EXPECT_EQ(copy, given);
    const TreeText moved = std::move(text);
    EXPECT_EQ(moved, given);
    EXPECT_TRUE(text.empty());  // NOLINT(bugprone-use-after-move): what is left is said to be empty
    copy = TreeText("other");
    EXPECT_EQ(copy, "other");
    copy = moved;
    EXPECT_EQ(copy, given);
    copy = *&copy;
    EXPECT_EQ(copy, given);
  }
}

TEST(TreeText, OfAStaticTextIsThatTextWithoutACopy) {
  static const std::string kName = kFar;
  const TreeText name = TreeText::of_static(kName);
  EXPECT_EQ(name.data(), kName.data());
  // NOLINTNEXTLINE(performance-unnecessary-copy-initialization): the copy is what is tried
  const TreeText copy = name;
  EXPECT_EQ(copy.data(), kName.data());
  EXPECT_EQ(TreeText::of_static("short"), "short");
}

TEST(TreeText, IsComparedByItsBytes) {
  EXPECT_LT(TreeText("a"), TreeText("b"));
  EXPECT_LT(TreeText("a"), "aa");
  EXPECT_GT(TreeText(kNear + "z"), kNear);
  EXPECT_NE(TreeText("a"), "b");
  EXPECT_EQ("x." + TreeText("y") + "!", "x.y!");
}

TEST(BlockPool, GivesAThreadItsOwnBlocksAgain) {
  std::vector<std::pair<void*, std::size_t>> blocks;
  for (std::size_t bytes = 1; bytes < 3 * BlockPool::kLargest; bytes += bytes / 3 + 1) {
    void* const block = BlockPool::allocate(bytes);
    std::memset(block, 0xAB, bytes);
    blocks.emplace_back(block, bytes);
  }
  std::thread other([&] {
    for (const auto& [block, bytes] : blocks) BlockPool::release(block, bytes);
    // What has come to this thread's lists goes with it.
    void* const again = BlockPool::allocate(64);
    BlockPool::release(again, 64);
  });
  other.join();
}

TEST(BlockPool, KeepsNoMoreThanItsShareOfABurst) {
  std::vector<void*> blocks;
  for (int i = 0; i < 10'000; ++i) blocks.push_back(BlockPool::allocate(1'000));
  for (void* const block : blocks) BlockPool::release(block, 1'000);
  void* const one = BlockPool::allocate(1'000);
  EXPECT_NE(one, nullptr);
  BlockPool::release(one, 1'000);
}

}  // namespace
}  // namespace kaudit::apiserver::objects
