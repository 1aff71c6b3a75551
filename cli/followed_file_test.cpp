#include "cli/followed_file.hpp"

#include <array>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "cli/testing/command_run.hpp"

namespace kaudit::cli {
namespace {

TEST(FollowedFile, IsReadThroughItsRotation) {
  const testing::ScratchFolder folder;
  const std::string path = folder.write("log", "one\ntw");
  std::atomic<bool> stop{false};
  const auto source = follow_file(path, stop);
  ASSERT_TRUE(source);
  std::string read;
  const auto next = [&]() -> std::string {
    for (;;) {
      if (const std::size_t feed = read.find('\n'); feed != std::string::npos) {
        std::string line = read.substr(0, feed);
        read.erase(0, feed + 1);
        return line;
      }
      std::array<char, 64> piece{};
      const auto size = (*source)->read(piece.data(), piece.size());
      if (!size || *size == 0) return "end";
      read.append(piece.data(), *size);
    }
  };
  EXPECT_EQ(next(), "one");
  std::ofstream(path, std::ios::app) << "o\nthree\n";
  EXPECT_EQ(next(), "two") << "half a line waits for the other half";
  EXPECT_EQ(next(), "three");
  std::filesystem::rename(path, path + ".1");
  folder.write("log", "four\n");
  EXPECT_EQ(next(), "four") << "the file that has the name now";
  std::ofstream(path) << "5\n";  // cut and written anew
  EXPECT_EQ(next(), "5");
  stop = true;
  EXPECT_EQ(next(), "end");
}

}  // namespace
}  // namespace kaudit::cli
