#include "base/files/read_file.hpp"

#include <filesystem>
#include <fstream>
#include <sys/stat.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files/temporary_folder.hpp"

namespace kaudit {
namespace {

using ::testing::HasSubstr;

struct ReadFileTest : ::testing::Test {
  const TemporaryFolder folder = TemporaryFolder::make().value();
  const std::string path = (folder.path() / "file").string();

  void write(const std::string& text) const { std::ofstream(path, std::ios::binary) << text; }
  std::string error(std::size_t limit = kConfigurationFileLimit) const {
    const auto text = read_file(path, limit);
    return text ? "none" : text.error().message;
  }
};

TEST_F(ReadFileTest, GivesEveryByte) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{200'000}}) {
    const std::string text(size, '\0');
    write(text);
    EXPECT_EQ(read_file(path).value(), text);
  }
}

TEST_F(ReadFileTest, ErrorsReadAsGos) {
  EXPECT_EQ(error(), "open " + path + ": no such file or directory");
  std::filesystem::create_directory(path);
  EXPECT_EQ(error(), "read " + path + ": is a directory");
}

TEST_F(ReadFileTest, AFileMayHaveTheLimitButNotMore) {
  write("12345");
  EXPECT_EQ(error(5), "none");
  EXPECT_EQ(error(4), "read " + path +
                          ": the file has more than 4 bytes, the limit for a file of "
                          "configuration: check that it is the file you mean");
}

TEST_F(ReadFileTest, TheLimitHoldsForAFileThatHidesItsSize) {
  const auto text = read_file("/proc/self/maps", 16);  // its size is said to be 0
  ASSERT_FALSE(text.has_value());
  EXPECT_THAT(text.error().message, HasSubstr("more than 16 bytes"));
}

TEST_F(ReadFileTest, APipeThatNobodyWritesIsRefusedAndNotWaitedFor) {
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  EXPECT_EQ(error(), "read " + path +
                         ": it is a named pipe, where a regular file is needed: write the "
                         "contents to a file and name that");
}

TEST_F(ReadFileTest, ADeviceIsRefused) {
  const auto text = read_file("/dev/zero");
  ASSERT_FALSE(text.has_value());
  EXPECT_THAT(text.error().message, HasSubstr("it is a device"));
}

}  // namespace
}  // namespace kaudit
