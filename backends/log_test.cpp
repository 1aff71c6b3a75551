#include "backends/log.hpp"

#include <fcntl.h>
#include <map>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "backends/test_support.hpp"

namespace kaudit::backends {
namespace {

using testing::content_of;
using testing::event;
using ::testing::HasSubstr;
using testing::json_line;
using testing::legacy_line;

struct LogTest : ::testing::Test {
  testing::TemporaryFolder folder;
  testing::CapturedLog server_log;
  testing::ManualClock clock;
  audit::Counters counters;
  const std::string path = folder.path("audit.log");

  LogTest() { ignore_write_signals(); }

  std::unique_ptr<Log> open(const std::string& where, LogFormat format = LogFormat::Json) {
    return Log::open(where, format, counters, clock.clock()).value();
  }
  static bool process(Log& log, const std::string& audit_id) {
    return log.process(std::vector{event(audit_id)});
  }
  std::uint64_t errors() const {
    const auto all = counters.errors();
    return all.contains("log") ? all.at("log") : 0;
  }
};

TEST_F(LogTest, OneEventIsOneLineOfJson) {
  const auto log = open(path);
  EXPECT_TRUE(process(*log, "a"));
  EXPECT_TRUE(process(*log, "b"));
  EXPECT_EQ(content_of(path), json_line(event("a")) + json_line(event("b")));
  EXPECT_EQ(log->describe(), "log");
  EXPECT_FALSE(log->may_wait());
}

TEST_F(LogTest, LegacyFormatIsOneLineOfText) {
  const auto log = open(path, LogFormat::Legacy);
  EXPECT_TRUE(log->process(std::vector{event("a"), event("b")}));
  EXPECT_EQ(content_of(path), legacy_line(event("a")) + legacy_line(event("b")));
}

TEST_F(LogTest, AppendsToWhatIsThere) {
  open(path)->process(std::vector{event("a")});
  EXPECT_TRUE(process(*open(path), "b"));
  EXPECT_EQ(content_of(path), json_line(event("a")) + json_line(event("b")));
}

TEST_F(LogTest, NoEventsAreNoLine) {
  EXPECT_TRUE(open(path)->process({}));
  EXPECT_EQ(content_of(path), "");
}

TEST_F(LogTest, EveryLineOfManyThreadsIsThereOnceAndWhole) {
  constexpr int kThreads = 8;
  constexpr int kEvents = 2000;
  const auto log = open(path);
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&log, thread] {
      for (int i = 0; i < kEvents; ++i) {
        process(*log, std::to_string(thread) + "-" + std::to_string(i));
      }
    });
  }
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(log->reopen().has_value());
  for (std::thread& thread : threads) thread.join();

  std::map<std::string, int> lines;
  std::istringstream content(content_of(path));
  for (std::string line; std::getline(content, line);) ++lines[line + "\n"];
  EXPECT_EQ(lines.size(), std::size_t{kThreads} * kEvents);
  for (int thread = 0; thread < kThreads; ++thread) {
    for (int i = 0; i < kEvents; ++i) {
      const std::string audit_id = std::to_string(thread) + "-" + std::to_string(i);
      ASSERT_EQ(lines[json_line(event(audit_id))], 1) << audit_id;
    }
  }
  EXPECT_EQ(errors(), 0U);
}

TEST_F(LogTest, AFullDiskIsCountedAndToldOnceInABurst) {
  const auto log = open("/dev/full");
  EXPECT_FALSE(process(*log, "a"));
  EXPECT_EQ(server_log.take(),
            "error: Error in audit plugin 'log' affecting 1 audit events: write /dev/full: no "
            "space left on device\nImpacted events:\n" +
                legacy_line(event("a")));
  EXPECT_FALSE(log->process(std::vector{event("b"), event("c")}));
  EXPECT_EQ(server_log.take(), "");
  EXPECT_EQ(errors(), 3U);
  log->shutdown();
  EXPECT_THAT(server_log.take(), HasSubstr("affecting 2 more audit events"));
}

TEST_F(LogTest, ARemovedFileIsMadeAgainAndLosesNothing) {
  const auto log = open(path);
  process(*log, "a");
  std::filesystem::remove(path);
  EXPECT_TRUE(process(*log, "b"));
  EXPECT_EQ(content_of(path), json_line(event("b")));
}

TEST_F(LogTest, AReplacedFileIsFollowedWithinASecond) {
  const auto log = open(path);
  process(*log, "a");
  std::filesystem::rename(path, folder.path("old.log"));
  testing::write_file(path, "");
  process(*log, "b");
  clock.now += std::chrono::seconds(1);
  process(*log, "c");
  EXPECT_EQ(content_of(folder.path("old.log")), json_line(event("a")) + json_line(event("b")));
  EXPECT_EQ(content_of(path), json_line(event("c")));
}

TEST_F(LogTest, ReopenFollowsARenamedFileAtOnce) {
  const auto log = open(path);
  process(*log, "a");
  std::filesystem::rename(path, folder.path("old.log"));
  EXPECT_TRUE(log->reopen().has_value());
  process(*log, "b");
  EXPECT_EQ(content_of(folder.path("old.log")), json_line(event("a")));
  EXPECT_EQ(content_of(path), json_line(event("b")));
}

TEST_F(LogTest, ARemovedFileThatCannotBeMadeAgainIsAnErrorUntilItCan) {
  const std::string inner = folder.path("logs");
  const auto log = open(inner + "/audit.log");
  std::filesystem::remove_all(inner);
  testing::write_file(inner, "in the way");
  EXPECT_FALSE(process(*log, "a"));
  EXPECT_THAT(server_log.take(), HasSubstr("mkdir " + inner + ": not a directory"));
  EXPECT_EQ(errors(), 1U);
  std::filesystem::remove(inner);
  EXPECT_TRUE(process(*log, "b"));
  EXPECT_EQ(content_of(inner + "/audit.log"), json_line(event("b")));
}

TEST_F(LogTest, ARenamedFileIsWrittenOnWhenThePathCannotBeOpened) {
  const auto log = open(path);
  process(*log, "a");
  std::filesystem::rename(path, folder.path("old.log"));
  std::filesystem::create_directory(path);
  clock.now += std::chrono::seconds(1);
  EXPECT_TRUE(process(*log, "b"));
  EXPECT_EQ(content_of(folder.path("old.log")), json_line(event("a")) + json_line(event("b")));
  EXPECT_THAT(server_log.take(), HasSubstr("warning: Audit log goes on in a file that is not " +
                                           path + " any more: open " + path + ": is a directory"));
  EXPECT_FALSE(log->reopen().has_value());
  EXPECT_TRUE(process(*log, "c"));
}

TEST_F(LogTest, AClosedPipeIsACountedErrorAndANewReaderEndsIt) {
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  EXPECT_EQ(Log::open(path, LogFormat::Json, counters).error().message,
            "open " + path + ": no such device or address")
      << "nobody reads it yet";
  const auto read_by = [](int reader) {
    std::string buffer(4096, '\0');
    buffer.resize(static_cast<std::size_t>(::read(reader, buffer.data(), buffer.size())));
    return buffer;
  };
  int reader = ::open(path.c_str(), O_RDONLY | O_NONBLOCK);
  const auto log = open(path);
  EXPECT_TRUE(log->may_wait());
  EXPECT_TRUE(process(*log, "a"));
  EXPECT_EQ(read_by(reader), json_line(event("a")));

  ::close(reader);
  EXPECT_FALSE(process(*log, "b"));
  EXPECT_THAT(server_log.take(), HasSubstr("write " + path + ": broken pipe"));
  EXPECT_EQ(errors(), 1U);

  reader = ::open(path.c_str(), O_RDONLY | O_NONBLOCK);
  EXPECT_TRUE(process(*log, "c"));
  EXPECT_EQ(read_by(reader), json_line(event("c")));
  ::close(reader);
}

TEST_F(LogTest, AfterShutdownEventsAreRefusedAndCounted) {
  const auto log = open(path);
  log->shutdown();
  EXPECT_FALSE(process(*log, "a"));
  EXPECT_EQ(errors(), 1U);
  EXPECT_THAT(server_log.take(), HasSubstr("audit backend shut down"));
  EXPECT_TRUE(log->reopen().has_value());
  EXPECT_FALSE(process(*log, "b"));
  EXPECT_EQ(content_of(path), "");
}

}  // namespace
}  // namespace kaudit::backends
