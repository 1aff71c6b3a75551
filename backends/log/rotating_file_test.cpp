#include "backends/log/rotating_file.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "backends/log/log.hpp"
#include "backends/testing/backend_fixtures.hpp"
#include "backends/write_signals.hpp"

namespace kaudit::backends {
namespace {

using testing::content_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::names_in;
using testing::write_file;

/// `size` bytes with the newline.
std::string line(char of, std::size_t size) { return std::string(size - 1, of) + "\n"; }

/// While it lives nothing can be opened.
class NoMoreDescriptors {
 public:
  NoMoreDescriptors() {
    ::getrlimit(RLIMIT_NOFILE, &previous_);
    const int lowest_free = ::dup(STDERR_FILENO);
    ::close(lowest_free);
    const rlimit limit{static_cast<rlim_t>(lowest_free), previous_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &limit);
  }
  NoMoreDescriptors(const NoMoreDescriptors&) = delete;
  NoMoreDescriptors& operator=(const NoMoreDescriptors&) = delete;
  ~NoMoreDescriptors() { ::setrlimit(RLIMIT_NOFILE, &previous_); }

 private:
  rlimit previous_{};
};

struct RotatingFileTest : ::testing::Test {
  testing::TemporaryFolder folder;
  testing::CapturedLog server_log;
  testing::ManualClock clock;
  testing::ManualWallClock wall;
  LogFigures figures;
  RotationLimits limits{.max_bytes = 100};
  const std::string path = folder.path("audit.log");
  const std::string first = folder.path("audit-2026-11-23T10-11-12.345.log");
  const std::string second = folder.path("audit-2026-11-23T10-11-12.346.log");

  RotatingFileTest() { ignore_write_signals(); }

  /// As Log puts them together.
  struct Rotating {
    Rotating(const std::string& where, RotatingFileTest& test)
        : file(where),
          keeper(where, test.limits, test.wall.clock()),
          rotating(file, test.limits, test.wall.clock(), keeper, test.figures),
          now(test.clock) {
      EXPECT_TRUE(file.open().has_value());
    }
    std::vector<LostLines> append(std::string_view lines) {
      EXPECT_TRUE(file.follow_path(now.now).has_value());
      return rotating.append(lines, now.now);
    }
    LogFile file;
    BackupKeeper keeper;
    RotatingFile rotating;
    testing::ManualClock& now;
  };
};

TEST_F(RotatingFileTest, RotatesBeforeTheLineThatWouldPassTheSize) {
  Rotating log(path, *this);
  EXPECT_THAT(log.append(line('a', 60)), IsEmpty());
  EXPECT_THAT(log.append(line('b', 40)), IsEmpty()) << "exactly the size is not past it";
  EXPECT_THAT(log.append(line('c', 1)), IsEmpty());
  EXPECT_EQ(content_of(first), line('a', 60) + line('b', 40));
  EXPECT_EQ(content_of(path), line('c', 1));
  EXPECT_EQ(figures.rotations, 1U);
}

TEST_F(RotatingFileTest, RotatedFilesAreAsPrivateAsTheLog) {
  Rotating log(path, *this);
  log.append(line('a', 60));
  log.append(line('b', 60));
  for (const std::string& file : {first, path}) {
    EXPECT_EQ(std::filesystem::status(file).permissions(), std::filesystem::perms(0600)) << file;
  }
  std::filesystem::permissions(path, std::filesystem::perms(0640));
  log.append(line('c', 60));
  EXPECT_EQ(std::filesystem::status(path).permissions(), std::filesystem::perms(0640))
      << "what was opened to a group stays open to it";
}

TEST_F(RotatingFileTest, NoFileIsOverwrittenWithinAMillisecond) {
  write_file(second + ".gz", "taken");
  Rotating log(path, *this);
  for (const char of : {'a', 'b', 'c', 'd'}) log.append(line(of, 60));
  EXPECT_THAT(
      names_in(folder.path("")),
      ElementsAre("audit-2026-11-23T10-11-12.345.log", "audit-2026-11-23T10-11-12.346.log.gz",
                  "audit-2026-11-23T10-11-12.347.log", "audit-2026-11-23T10-11-12.348.log",
                  "audit.log"));
  EXPECT_EQ(content_of(first), line('a', 60));
  EXPECT_EQ(content_of(path), line('d', 60));
}

TEST_F(RotatingFileTest, LinesWrittenTogetherArePartedAtTheLineThatWouldPassTheSize) {
  Rotating log(path, *this);
  const std::string lines = line('a', 40) + line('b', 40) + line('c', 40) + line('d', 90);
  EXPECT_THAT(log.append(lines), IsEmpty());
  EXPECT_EQ(content_of(first), line('a', 40) + line('b', 40));
  EXPECT_EQ(content_of(second), line('c', 40));
  EXPECT_EQ(content_of(path), line('d', 90));
}

TEST_F(RotatingFileTest, ALineLongerThanTheSizeHasAFileOfItsOwn) {
  Rotating log(path, *this);
  EXPECT_THAT(log.append(line('a', 300)), IsEmpty()) << "an empty file is not moved for it";
  EXPECT_THAT(names_in(folder.path("")), ElementsAre("audit.log"));
  EXPECT_THAT(log.append(line('b', 10) + line('c', 200) + line('d', 10)), IsEmpty());
  EXPECT_EQ(content_of(first), line('a', 300));
  EXPECT_EQ(content_of(second), line('b', 10));
  EXPECT_EQ(content_of(folder.path("audit-2026-11-23T10-11-12.347.log")), line('c', 200));
  EXPECT_EQ(content_of(path), line('d', 10));
}

TEST_F(RotatingFileTest, ZeroIsNever) {
  limits.max_bytes = 0;
  Rotating log(path, *this);
  log.append(line('a', 5000) + line('b', 5000));
  EXPECT_THAT(names_in(folder.path("")), ElementsAre("audit.log"));
}

TEST_F(RotatingFileTest, WhatAnEarlierProcessWroteCounts) {
  write_file(path, line('a', 90) + "half a li");
  Rotating log(path, *this);
  log.append(line('b', 10));
  EXPECT_EQ(content_of(first), line('a', 90) + "half a li");
  EXPECT_EQ(content_of(path), line('b', 10));
}

TEST_F(RotatingFileTest, ALinkIsRotatedWhereItPoints) {
  std::filesystem::create_directory(folder.path("data"));
  std::filesystem::create_symlink("data/real.log", path);
  Rotating log(path, *this);
  log.append(line('a', 60));
  log.append(line('b', 60));
  EXPECT_TRUE(std::filesystem::is_symlink(path));
  EXPECT_EQ(content_of(folder.path("data/real-2026-11-23T10-11-12.345.log")), line('a', 60));
  EXPECT_EQ(content_of(folder.path("data/real.log")), line('b', 60));
}

TEST_F(RotatingFileTest, AFileThatWasPutInTheLogsPlaceIsNotMoved) {
  Rotating log(path, *this);
  log.append(line('a', 60));
  log.append("");
  std::filesystem::rename(path, folder.path("moved.log"));  // by logrotate, just now
  write_file(path, line('x', 20));
  EXPECT_THAT(log.append(line('b', 60)), IsEmpty());
  EXPECT_THAT(names_in(folder.path("")), ElementsAre("audit.log", "moved.log"));
  EXPECT_EQ(content_of(path), line('x', 20) + line('b', 60));
}

TEST_F(RotatingFileTest, AWayToAnOpenFileIsNotRotatedAndGoesOn) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  Rotating log("/proc/self/fd/" + std::to_string(descriptor), *this);
  EXPECT_THAT(log.append(line('a', 60)), IsEmpty());
  EXPECT_THAT(log.append(line('b', 60)), IsEmpty());
  EXPECT_THAT(log.append(line('c', 60)), IsEmpty());
  ::close(descriptor);
  EXPECT_THAT(names_in(folder.path("")), ElementsAre("audit.log"));
  EXPECT_EQ(content_of(path), line('a', 60) + line('b', 60) + line('c', 60));
  EXPECT_EQ(figures.rotation_failures, 1U);
}

TEST_F(RotatingFileTest, AFileThatCannotBeMovedGrowsOnAndIsTriedAgain) {
  const testing::Unprivileged nobody(folder.path(""));  // root may move what it likes
  std::filesystem::create_directory(folder.path("logs"));
  const std::string inside = folder.path("logs/audit.log");
  Rotating log(inside, *this);
  log.append(line('a', 60));
  std::filesystem::permissions(folder.path("logs"), std::filesystem::perms(0500));
  EXPECT_THAT(log.append(line('b', 60) + line('c', 60)), IsEmpty());
  EXPECT_THAT(log.append(line('d', 60)), IsEmpty());
  EXPECT_EQ(figures.rotation_failures, 1U) << "not tried with every line";
  EXPECT_EQ(server_log.take(), "error: The audit log " + inside +
                                   " could not be rotated and grows on: rename " + inside +
                                   ": permission denied\n");
  std::filesystem::permissions(folder.path("logs"), std::filesystem::perms(0700));
  clock.now += std::chrono::seconds(10);
  EXPECT_THAT(log.append(line('e', 60)), IsEmpty());
  EXPECT_EQ(content_of(folder.path("logs/audit-2026-11-23T10-11-12.345.log")),
            line('a', 60) + line('b', 60) + line('c', 60) + line('d', 60));
  EXPECT_EQ(content_of(inside), line('e', 60));
}

TEST_F(RotatingFileTest, AMoveAfterWhichNoFileCanBeOpenedIsUndone) {
  Rotating log(path, *this);
  log.append(line('a', 60));
  {
    const NoMoreDescriptors none;
    EXPECT_THAT(log.append(line('b', 60)), IsEmpty());
  }
  EXPECT_THAT(names_in(folder.path("")), ElementsAre("audit.log"));
  EXPECT_EQ(content_of(path), line('a', 60) + line('b', 60));
  EXPECT_THAT(server_log.take(), HasSubstr("open " + path + ": too many open files"));
  clock.now += std::chrono::seconds(10);
  log.append(line('c', 60));
  EXPECT_EQ(content_of(first), line('a', 60) + line('b', 60));
  EXPECT_EQ(content_of(path), line('c', 60));
}

TEST_F(RotatingFileTest, AFailedLineDoesNotTakeTheNextWithIt) {
  limits.max_bytes = 0;
  Rotating log(path, *this);
  const testing::FileSizeLimit limit(50);
  const auto lost = log.append(line('a', 30) + line('b', 30) + line('c', 20) + line('d', 1));
  ASSERT_EQ(lost.size(), 2U);
  EXPECT_EQ(lost[0].begin, 30U);
  EXPECT_EQ(lost[0].end, 60U);
  EXPECT_EQ(lost[0].error.message, "write " + path + ": file too large");
  EXPECT_EQ(lost[1].begin, 80U);
  EXPECT_EQ(lost[1].end, 81U);
  EXPECT_EQ(content_of(path), line('a', 30) + line('c', 20));
}

TEST_F(RotatingFileTest, ALimitOfTheSystemBelowTheSizeRotatesToo) {
  Rotating log(path, *this);
  const testing::FileSizeLimit limit(50);
  EXPECT_THAT(log.append(line('a', 30) + line('b', 30) + line('c', 20)), IsEmpty());
  EXPECT_EQ(content_of(first), line('a', 30));
  EXPECT_EQ(content_of(path), line('b', 30) + line('c', 20));
  EXPECT_EQ(log.append(line('d', 60)).size(), 1U) << "no file has room for this one";
  EXPECT_THAT(log.append(line('e', 10)), IsEmpty());
}

TEST_F(RotatingFileTest, PipesAndDevicesAreNeverRotated) {
  Rotating null("/dev/null", *this);
  EXPECT_THAT(null.append(line('a', 500)), IsEmpty());
  Rotating full("/dev/full", *this);
  EXPECT_EQ(full.append(line('a', 500) + line('b', 500)).size(), 2U);
  const std::string fifo = folder.path("fifo");
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  const int reader = ::open(fifo.c_str(), O_RDONLY | O_NONBLOCK);
  Rotating pipe(fifo, *this);
  EXPECT_THAT(pipe.append(line('a', 500) + line('b', 500)), IsEmpty());
  ::close(reader);
  EXPECT_EQ(figures.rotations, 0U);
  EXPECT_EQ(figures.rotation_failures, 0U);
}

}  // namespace
}  // namespace kaudit::backends
