#include "backends/queue/line_backlog.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kaudit::backends {
namespace {

using ::testing::ElementsAre;
using Pieces = std::vector<LineBacklog::Piece>;

void push(LineBacklog& backlog, std::string line) { backlog.push(std::move(line)); }

std::string joined(const Pieces& pieces) {
  std::string lines;
  for (const auto& piece : pieces) lines += piece.lines;
  return lines;
}

std::vector<std::size_t> counts(const Pieces& pieces) {
  std::vector<std::size_t> counts;
  for (const auto& piece : pieces) counts.push_back(piece.count);
  return counts;
}

TEST(LineBacklogTest, GivesLinesInTheirOrderManyInOnePiece) {
  LineBacklog backlog;
  for (int i = 0; i < 5; ++i) push(backlog, std::to_string(i) + '\n');
  Pieces taken;
  EXPECT_EQ(backlog.take(5, taken), 10U);
  EXPECT_EQ(joined(taken), "0\n1\n2\n3\n4\n");
  EXPECT_THAT(counts(taken), ElementsAre(5));
}

TEST(LineBacklogTest, DividesAPieceOfWhichNotAllIsTaken) {
  LineBacklog backlog;
  for (int i = 0; i < 5; ++i) push(backlog, std::to_string(i) + '\n');
  Pieces first;
  EXPECT_EQ(backlog.take(2, first), 4U);
  EXPECT_EQ(joined(first), "0\n1\n");
  push(backlog, "5\n");
  Pieces rest;
  EXPECT_EQ(backlog.take(4, rest), 8U);
  EXPECT_EQ(joined(rest), "2\n3\n4\n5\n");
}

TEST(LineBacklogTest, ALongLineIsAPieceOfItsOwnAndIsNotCopied) {
  LineBacklog backlog;
  push(backlog, "before\n");
  std::string line(100'000, 'x');
  line += '\n';
  const char* const text = line.data();
  backlog.push(std::move(line));
  push(backlog, "behind\n");
  Pieces taken;
  EXPECT_EQ(backlog.take(3, taken), 100'015U);
  ASSERT_THAT(counts(taken), ElementsAre(1, 1, 1));
  EXPECT_EQ(taken[1].lines.data(), text);
  EXPECT_EQ(taken[2].lines, "behind\n");
}

TEST(LineBacklogTest, UsesTheMemoryOfPiecesThatCameBack) {
  LineBacklog backlog;
  push(backlog, "one\n");
  Pieces taken;
  backlog.take(1, taken);
  const char* const memory = taken[0].lines.data();
  backlog.take_back(taken);
  EXPECT_TRUE(taken.empty());
  push(backlog, "two\n");
  backlog.take(1, taken);
  EXPECT_EQ(taken[0].lines.data(), memory);
  EXPECT_EQ(taken[0].lines, "two\n");
}

TEST(LineBacklogTest, WhateverIsTakenAtATimeNothingIsLost) {
  LineBacklog backlog;
  std::string all;
  std::string got;
  std::size_t waiting = 0;
  for (int i = 0; i < 3000; ++i) {
    std::string line(static_cast<std::size_t>(i) * 37 % 1500, 'a');
    line += '\n';
    all += line;
    backlog.push(std::move(line));
    ++waiting;
    if (i % 7 != 0) continue;
    Pieces taken;
    const std::size_t count = static_cast<std::size_t>(i) % (waiting + 1);
    const std::size_t bytes = backlog.take(count, taken);
    waiting -= count;
    EXPECT_EQ(joined(taken).size(), bytes);
    got += joined(taken);
    backlog.take_back(taken);
  }
  Pieces rest;
  backlog.take(waiting, rest);
  EXPECT_EQ(got + joined(rest), all);
}

}  // namespace
}  // namespace kaudit::backends
