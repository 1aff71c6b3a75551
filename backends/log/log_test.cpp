#include "backends/log/log.hpp"

#include <atomic>
#include <cstdio>
#include <fcntl.h>
#include <map>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "backends/decorators/ignore_errors.hpp"
#include "backends/testing/backend_fixtures.hpp"
#include "backends/write_signals.hpp"
#include "base/testing/wait.hpp"

namespace kaudit::backends {
namespace {

using testing::content_of;
using testing::event;
using ::testing::HasSubstr;
using testing::json_line;
using testing::legacy_line;
using testing::names_in;

struct LogTest : ::testing::Test {
  testing::TemporaryFolder folder;
  testing::CapturedLog server_log;
  testing::ManualClock clock;
  testing::ManualWallClock wall;
  audit::Counters counters;
  const std::string path = folder.path("audit.log");

  LogTest() { ignore_write_signals(); }

  std::unique_ptr<Log> open(const std::string& where, LogFormat format = LogFormat::Json) {
    return Log::open({where, format}, counters, clock.clock(), wall.clock()).value();
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
  threads.reserve(kThreads);
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

/// Many threads write while the file is rotated, removed, renamed and reopened and some writes
/// fail: every event is in one of the files once, or counted as lost.
TEST_F(LogTest, WhateverHappensToTheFileEveryEventIsThereOnceOrCounted) {
  constexpr int kThreads = 8;
  constexpr int kEvents = 1500;
  constexpr int kCalm = 400;
  const auto log =
      Log::open({.path = path, .rotation = {.max_bytes = 40'000, .compression = Compression::Gzip}},
                counters)
          .value();
  ASSERT_TRUE(log->start().has_value());
  std::atomic<int> accepted{0};
  std::vector<std::thread> threads;
  threads.reserve(kThreads);
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < kEvents; ++i) {
        if (process(*log, std::to_string(thread) + "-" + std::to_string(i))) ++accepted;
      }
    });
  }
  int moved = 0;
  for (int round = 0; accepted + static_cast<int>(errors()) < kThreads * kEvents; ++round) {
    const std::string aside = folder.path("aside-" + std::to_string(round));
    switch (round % 4) {
      case 0:
        EXPECT_TRUE(log->reopen().has_value());
        break;
      case 1:  // by another program, which says so with SIGHUP; a rotation may be faster
        if (std::rename(path.c_str(), aside.c_str()) == 0) ++moved;
        EXPECT_TRUE(log->reopen().has_value());
        break;
      case 2: {  // so low that some lines do not fit
        const testing::FileSizeLimit limit(300);
        std::this_thread::yield();
        break;
      }
      case 3:
        std::this_thread::yield();
        break;
    }
  }
  for (std::thread& thread : threads) thread.join();
  // In the rush each file may have been moved before it was full: one move and one rotation for
  // certain.
  if (std::rename(path.c_str(), folder.path("aside").c_str()) == 0) ++moved;
  EXPECT_TRUE(log->reopen().has_value());
  for (int i = 0; i < kCalm; ++i) {
    if (process(*log, "calm-" + std::to_string(i))) ++accepted;
  }
  // A stop leaves to the next start what is not compressed yet.
  kaudit::testing::wait_for("a rotated file to be compressed",
                            [&] { return log->figures().compressed > 0; });
  log->shutdown();

  std::map<std::string, int> lines;
  for (const std::string& name : names_in(folder.path(""))) {
    const std::string file = folder.path(name);
    std::istringstream content(name.ends_with(".gz") ? testing::gunzipped(file) : content_of(file));
    for (std::string line; std::getline(content, line);) ++lines[line + "\n"];
  }
  int there = 0;
  const auto count = [&](const std::string& audit_id) {
    const auto found = lines.find(json_line(event(audit_id)));
    if (found == lines.end()) return;
    ++there;
    EXPECT_EQ(found->second, 1) << found->first;
  };
  for (int thread = 0; thread < kThreads; ++thread) {
    for (int i = 0; i < kEvents; ++i) count(std::to_string(thread) + "-" + std::to_string(i));
  }
  for (int i = 0; i < kCalm; ++i) count("calm-" + std::to_string(i));
  EXPECT_EQ(static_cast<std::size_t>(there), lines.size()) << "half a line, or one of nobody's";
  EXPECT_EQ(there, accepted);
  EXPECT_EQ(there + static_cast<int>(errors()), kThreads * kEvents + kCalm);
  EXPECT_GT(log->figures().rotations, 0U);
  EXPECT_GT(log->figures().compressed, 0U);
  EXPECT_GT(moved, 0);
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

TEST_F(LogTest, AnEventInPassingIsWrittenOrNamed) {
  const auto log = open(path);
  ASSERT_NE(log->passing(), nullptr);
  EXPECT_TRUE(log->passing()->process_passing(*event("a")));
  EXPECT_EQ(content_of(path), json_line(event("a")));
  log->shutdown();
  EXPECT_FALSE(log->passing()->process_passing(*event("b")));
  EXPECT_EQ(server_log.take(),
            "error: Error in audit plugin 'log' affecting 1 audit events: audit backend shut down\n"
            "Impacted events:\n" +
                legacy_line(event("b")));
}

TEST_F(LogTest, LinesGoThroughADecoratorThatIgnoresErrors) {
  IgnoreErrors log(open(path));
  audit::ByLine* const lines = log.passing()->in_lines();
  ASSERT_NE(lines, nullptr);
  std::string text;
  {
    JsonWriter writer(text);
    lines->write_line(writer, *event("a"));
    lines->write_line(writer, *event("b"));
  }
  EXPECT_TRUE(lines->deliver_lines(text));
  EXPECT_EQ(content_of(path), json_line(event("a")) + json_line(event("b")));
  log.shutdown();
  EXPECT_TRUE(lines->deliver_lines(text));
  EXPECT_EQ(errors(), 2U);
}

TEST_F(LogTest, LinesThatCannotBeWrittenAreNamed) {
  const auto log = open("/dev/full");
  ASSERT_NE(log->by_line(), nullptr);
  std::string lines;
  {
    JsonWriter writer(lines);
    for (const char* const id : {"a", "b"}) log->by_line()->write_line(writer, *event(id));
  }
  EXPECT_FALSE(log->by_line()->deliver_lines(lines));
  audit::Event first = *event("a");
  first.request_received_timestamp.nanoseconds -=
      first.request_received_timestamp.nanoseconds % 1000;
  EXPECT_THAT(
      server_log.take(),
      HasSubstr("Impacted events:\n" + legacy_line(std::make_shared<const audit::Event>(first))));
  EXPECT_EQ(errors(), 2U);
  log->shutdown();
  EXPECT_THAT(server_log.take(), HasSubstr("affecting 1 more audit events"));
}

TEST_F(LogTest, ARemovedFileIsMadeAgainAndLosesNothing) {
  const auto log = open(path);
  process(*log, "a");
  std::filesystem::remove(path);
  clock.now += std::chrono::milliseconds(1);
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
  EXPECT_EQ(log->reopen().error().message,
            "the audit log could not be opened anew: open " + path + ": is a directory");
  EXPECT_TRUE(process(*log, "c"));
}

TEST_F(LogTest, AClosedPipeIsACountedErrorAndANewReaderEndsIt) {
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  EXPECT_EQ(Log::open({path}, counters).error().message,
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

TEST_F(LogTest, GivingUpEndsTheWaitForAReaderAndCountsWhatIsLost) {
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  const int reader = ::open(path.c_str(), O_RDONLY | O_NONBLOCK);
  const auto log = open(path);
  std::atomic<std::uint64_t> refused{0};
  std::vector<std::thread> writers;
  writers.reserve(4);
  for (int i = 0; i < 4; ++i) {
    writers.emplace_back([&log, &refused] {  // each ends only when one of its lines is lost
      while (process(*log, std::string(1000, 'x'))) {
      }
      ++refused;
    });
  }
  // Nobody reads: once half of it is full, the writers are about to wait for the rest, if they do
  // not already.
  kaudit::testing::wait_for("the pipe to fill", [&] {
    int bytes = 0;
    return ::ioctl(reader, FIONREAD, &bytes) == 0 && bytes > 32 * 1024;
  });
  log->give_up();
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(refused, 4U);
  EXPECT_EQ(errors(), 4U);
  EXPECT_THAT(server_log.take(), HasSubstr("write " + path + ": operation canceled"));
  log->shutdown();
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
