#include "backends/log/log_file.hpp"

#include <array>
#include <fcntl.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "backends/log/log.hpp"
#include "backends/testing/backend_fixtures.hpp"
#include "backends/write_signals.hpp"
#include "base/testing/wait.hpp"

namespace kaudit::backends {
namespace {

using testing::content_of;
using testing::FileSizeLimit;
using testing::write_file;

/// Puts another file in standard output's place.
class RedirectedStdout {
 public:
  explicit RedirectedStdout(int descriptor) : saved_(::dup(STDOUT_FILENO)) {
    ::dup2(descriptor, STDOUT_FILENO);
  }
  RedirectedStdout(const RedirectedStdout&) = delete;
  RedirectedStdout& operator=(const RedirectedStdout&) = delete;
  ~RedirectedStdout() {
    ::dup2(saved_, STDOUT_FILENO);
    ::close(saved_);
  }

 private:
  int saved_;
};

struct LogFileTest : ::testing::Test {
  testing::TemporaryFolder folder;
  const std::string path = folder.path("audit.log");

  LogFileTest() { ignore_write_signals(); }

  static std::string open_error(const std::string& where) {
    LogFile file(where);
    const auto opened = file.open();
    return opened.has_value() ? "" : opened.error().message;
  }
  static mode_t mode_of(const std::string& where) {
    struct stat status {};
    ::stat(where.c_str(), &status);
    return status.st_mode & 0777;
  }
};

TEST_F(LogFileTest, MakesPrivateFoldersAndFiles) {
  const std::string nested = folder.path("one/.//two//audit.log");
  EXPECT_EQ(open_error(nested), "");
  EXPECT_EQ(mode_of(folder.path("one")), 0700U);
  EXPECT_EQ(mode_of(folder.path("one/two")), 0700U);
  EXPECT_EQ(mode_of(folder.path("one/two/audit.log")), 0600U);
}

TEST_F(LogFileTest, NamesWhatIsInTheWay) {
  write_file(path, "");
  EXPECT_EQ(open_error(path + "/x/audit.log"), "mkdir " + path + ": not a directory");
  EXPECT_EQ(open_error("/"), "open /: is a directory");
  EXPECT_EQ(open_error("/proc/nope/a.log"), "mkdir /proc/nope: no such file or directory");
}

TEST_F(LogFileTest, AFolderThatMayNotBeWrittenIsAnError) {
  const testing::Unprivileged nobody(folder.path(""));  // root may write everywhere
  std::filesystem::create_directory(folder.path("logs"));
  std::filesystem::permissions(folder.path("logs"), std::filesystem::perms(0500));
  const std::string inside = folder.path("logs/audit.log");
  EXPECT_EQ(open_error(inside), "open " + inside + ": permission denied");
}

TEST_F(LogFileTest, HalfALineIsCutOffWhenTheRestCannotBeWritten) {
  LogFile file(path);
  ASSERT_TRUE(file.open().has_value());
  EXPECT_FALSE(file.append("whole\n").error.has_value());
  {
    const FileSizeLimit limit(20);
    const auto appended = file.append("second\nthis is too long\n");
    EXPECT_EQ(appended.bytes, 7U) << "the line that fits stays";
    EXPECT_EQ(appended.error.value().message, "write " + path + ": file too large");
    EXPECT_EQ(content_of(path), "whole\nsecond\n");
    EXPECT_EQ(file.append("and this is too long\n").bytes, 0U);
  }
  EXPECT_EQ(content_of(path), "whole\nsecond\n");
  EXPECT_EQ(file.append("third\n").bytes, 6U);
  EXPECT_EQ(content_of(path), "whole\nsecond\nthird\n");
}

TEST_F(LogFileTest, HalfALineOfAKilledProcessIsEndedBeforeTheNext) {
  write_file(path, "whole\nhalf a li");
  LogFile file(path);
  ASSERT_TRUE(file.open().has_value());
  EXPECT_EQ(file.append("next\n").bytes, 5U);
  EXPECT_EQ(content_of(path), "whole\nhalf a li\nnext\n");
}

TEST_F(LogFileTest, WritesToStandardOutput) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT, 0600);
  LogFile file("-");
  bool may_wait = true;
  {
    const RedirectedStdout redirected(descriptor);
    ASSERT_TRUE(file.open().has_value());
    may_wait = file.may_wait();
    file.append("one\n");
    {
      const FileSizeLimit limit(8);
      EXPECT_EQ(file.append("two and more\n").error.value().message,
                "write /dev/stdout: file too large");
    }
    file.append("three\n");
    file.close();
  }
  ::close(descriptor);
  EXPECT_FALSE(may_wait);
  EXPECT_EQ(content_of(path), "one\nthree\n");
}

TEST_F(LogFileTest, WaitsForTheReaderOfAPipeThatIsFull) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_NONBLOCK), 0);  // as an inherited standard output may be
  const std::string line(300'000, 'x');
  std::string read;
  std::thread reader([&read, end = ends[0], size = line.size() + 1] {
    std::array<char, 65536> buffer{};
    kaudit::testing::wait_for("the whole line", [&] {
      const ssize_t count = ::read(end, buffer.data(), buffer.size());
      if (count > 0) read.append(buffer.data(), static_cast<std::size_t>(count));
      return read.size() >= size;
    });
  });
  bool may_wait = false;
  std::size_t written = 0;
  {
    const RedirectedStdout redirected(ends[1]);
    LogFile file("-");
    ASSERT_TRUE(file.open().has_value());
    may_wait = file.may_wait();
    written = file.append(line + "\n").bytes;
  }
  reader.join();
  ::close(ends[0]);
  ::close(ends[1]);
  EXPECT_TRUE(may_wait);
  EXPECT_EQ(written, line.size() + 1);
  EXPECT_EQ(read, line + "\n");
}

TEST_F(LogFileTest, AStandardOutputThatBlocksCanBeGivenUp) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  LogFile::Appended appended;
  {
    const RedirectedStdout redirected(ends[1]);
    LogFile file("-");
    ASSERT_TRUE(file.open().has_value());
    EXPECT_EQ(file.append("before\n").bytes, 7U);
    file.give_up();
    EXPECT_EQ(file.append("there is room\n").bytes, 14U);
    appended = file.append(std::string(1'000'000, 'x') + "\n");  // more than a pipe holds
  }
  EXPECT_EQ(::fcntl(ends[1], F_GETFL) & O_NONBLOCK, 0) << "others write to it, too";
  ::close(ends[0]);
  ::close(ends[1]);
  EXPECT_EQ(appended.bytes, 0U);
  EXPECT_EQ(appended.error.value().message, "write /dev/stdout: operation canceled");
}

TEST_F(LogFileTest, HalfALineInAPipeIsEndedBeforeTheNext) {
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  int reader = ::open(path.c_str(), O_RDONLY | O_NONBLOCK);
  LogFile file(path);
  ASSERT_TRUE(file.open().has_value());
  std::thread leaves([reader] {  // takes a part, and goes while the writer still has more
    std::array<char, 4096> buffer{};
    kaudit::testing::wait_for("a part of the line",
                              [&] { return ::read(reader, buffer.data(), buffer.size()) > 0; });
    ::close(reader);
  });
  const auto appended = file.append(std::string(1'000'000, 'x') + "\n");
  leaves.join();
  EXPECT_EQ(appended.bytes, 0U);
  EXPECT_EQ(appended.error.value().message, "write " + path + ": broken pipe");

  reader = ::open(path.c_str(), O_RDONLY | O_NONBLOCK);
  std::string rest;
  std::thread reads_on([reader, &rest] {  // what was left in the pipe, then the rest
    std::array<char, 4096> buffer{};
    kaudit::testing::wait_for("the next line", [&] {
      const ssize_t count = ::read(reader, buffer.data(), buffer.size());
      if (count > 0) rest.append(buffer.data(), static_cast<std::size_t>(count));
      return rest.ends_with("next\n");
    });
    ::close(reader);
  });
  EXPECT_FALSE(file.append("next\n").error.has_value());
  reads_on.join();
  EXPECT_THAT(rest, ::testing::EndsWith("\nnext\n"));
}

}  // namespace
}  // namespace kaudit::backends
