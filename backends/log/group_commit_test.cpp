#include "backends/log/group_commit.hpp"

#include <algorithm>
#include <latch>
#include <new>
#include <optional>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/wait.hpp"

namespace kaudit::backends {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Lost = std::vector<LostLines>;

/// The first write waits until the test lets it go on, so that the others find one under way.
struct GroupCommitTest : ::testing::Test {
  std::vector<std::string> writes;
  std::function<Lost(std::string_view)> then = [](std::string_view) { return Lost{}; };
  std::latch first_begun{1};
  std::latch go_on{1};
  GroupCommit commit{[this](std::string_view lines) {
    writes.emplace_back(lines);
    if (writes.size() == 1) {
      first_begun.count_down();
      go_on.wait();
      return Lost{};
    }
    return then(lines);
  }};

  /// Commits `first`, and while that is being written the others, one after the other; what became
  /// of the others. Empty optional: there was no memory.
  std::vector<std::optional<Lost>> commit_behind(const std::vector<std::string>& others) {
    std::vector<std::optional<Lost>> results(others.size());
    std::vector<std::thread> threads;
    threads.emplace_back([this] { EXPECT_THAT(commit.commit("first\n"), IsEmpty()); });
    first_begun.wait();
    for (std::size_t i = 0; i < others.size(); ++i) {
      threads.emplace_back([&, i] {
        try {
          results[i] = commit.commit(others[i]);
        } catch (const std::bad_alloc&) {
          results[i].reset();
        }
      });
      kaudit::testing::wait_for("a caller to queue", [&] { return commit.waiting() == i + 1; });
    }
    go_on.count_down();
    for (std::thread& thread : threads) thread.join();
    return results;
  }
};

TEST_F(GroupCommitTest, CallersThatComeDuringAWriteShareTheNext) {
  commit_behind({"a\n", "b1\nb2\n", "c\n"});
  EXPECT_THAT(writes, ElementsAre("first\n", "a\nb1\nb2\nc\n"));
  EXPECT_EQ(commit.waiting(), 0U);
}

TEST_F(GroupCommitTest, EachIsToldOfItsOwnLines) {
  then = [](std::string_view) { return Lost{{3, 6, Error{"full"}}, {9, 12, Error{"still full"}}}; };
  const auto results = commit_behind({"a1\n", "b1\nb2\n", "c1\nc2\n"});
  EXPECT_THAT(*results[0], IsEmpty());
  ASSERT_THAT(*results[1], SizeIs(1));
  EXPECT_EQ((*results[1])[0].begin, 0U);
  EXPECT_EQ((*results[1])[0].end, 3U);
  EXPECT_EQ((*results[1])[0].error.message, "full");
  ASSERT_THAT(*results[2], SizeIs(1));
  EXPECT_EQ((*results[2])[0].begin, 0U);
  EXPECT_EQ((*results[2])[0].end, 3U);
  EXPECT_EQ((*results[2])[0].error.message, "still full");
}

TEST_F(GroupCommitTest, ALossOfTheWholeWriteIsEverybodys) {
  then = [](std::string_view lines) { return Lost{{0, lines.size(), Error{"gone"}}}; };
  for (const auto& result : commit_behind({"a\n", "b1\nb2\n"})) {
    ASSERT_THAT(*result, SizeIs(1));
    EXPECT_EQ((*result)[0].begin, 0U);
    EXPECT_EQ((*result)[0].error.message, "gone");
  }
}

TEST_F(GroupCommitTest, WhatIsTooMuchForOneWriteIsWrittenInPieces) {
  const std::string large(GroupCommit::kGroupBytes / 2, 'x');
  commit_behind({"a\n", large, large, "b\n", large + large + large, "c\n"});
  EXPECT_THAT(writes,
              ElementsAre("first\n", "a\n" + large, large + "b\n", large + large + large, "c\n"));
}

TEST_F(GroupCommitTest, WithoutMemoryEverybodyHearsIt) {
  then = [](std::string_view) -> Lost { throw std::bad_alloc(); };
  for (const auto& result : commit_behind({"a\n", "b\n"})) EXPECT_FALSE(result.has_value());
  then = [](std::string_view) { return Lost{}; };
  EXPECT_THAT(commit.commit("c\n"), IsEmpty()) << "and the next one is served again";
}

}  // namespace
}  // namespace kaudit::backends
