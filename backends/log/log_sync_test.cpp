// --audit-log-sync: when lines are on the disk, and what is said when they are not.
#include <atomic>
#include <cerrno>
#include <latch>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "backends/log/log.hpp"
#include "backends/testing/backend_fixtures.hpp"
#include "base/testing/wait.hpp"

namespace {

std::atomic<int> syncs{0};
std::atomic<int> fails_with{0};
/// Waited for by the first sync, when set.
std::atomic<std::latch*> first_sync{nullptr};

}  // namespace

/// In the place of libc's: a disk that fails on demand.
extern "C" int fdatasync(int /*descriptor*/) {
  if (++syncs == 1 && first_sync != nullptr) first_sync.load()->wait();
  if (fails_with == 0) return 0;
  errno = fails_with;
  return -1;
}

namespace kaudit::backends {
namespace {

using testing::content_of;
using testing::event;
using ::testing::HasSubstr;
using testing::json_line;

struct LogSyncTest : ::testing::Test {
  testing::TemporaryFolder folder;
  testing::CapturedLog server_log;
  testing::ManualClock clock;
  audit::Counters counters;
  const std::string path = folder.path("audit.log");

  LogSyncTest() {
    syncs = 0;
    fails_with = 0;
    first_sync = nullptr;
  }
  std::unique_ptr<Log> open(LogSync sync, std::int64_t max_bytes = 0) {
    return Log::open({.path = path, .rotation = {.max_bytes = max_bytes}, .sync = sync}, counters,
                     clock.clock())
        .value();
  }
  static bool process(Log& log, const std::string& audit_id) {
    return log.process(std::vector{event(audit_id)});
  }
};

TEST_F(LogSyncTest, NeverLeavesItToTheSystem) {
  const auto log = open(LogSync::Never, 1);
  process(*log, "a");
  process(*log, "b");
  log->shutdown();
  EXPECT_EQ(syncs, 0);
  EXPECT_FALSE(log->may_wait());
}

TEST_F(LogSyncTest, AlwaysIsBeforeProcessReturns) {
  const auto log = open(LogSync::Always);
  EXPECT_TRUE(log->may_wait()) << "for the disk";
  process(*log, "a");
  EXPECT_EQ(syncs, 1);
  log->process(std::vector{event("b"), event("c")});
  EXPECT_EQ(syncs, 2) << "once for all lines of a call";
  log->shutdown();
  EXPECT_EQ(syncs, 2);
}

TEST_F(LogSyncTest, CallersThatComeDuringASyncShareTheNext) {
  std::latch go_on{1};
  first_sync = &go_on;
  const auto log = open(LogSync::Always);
  std::vector<std::thread> threads;
  threads.emplace_back([&] { EXPECT_TRUE(process(*log, "first")); });
  kaudit::testing::wait_for("the first sync", [&] { return syncs != 0; });
  for (int i = 0; i < 7; ++i) {
    threads.emplace_back([&, i] { EXPECT_TRUE(process(*log, std::to_string(i))); });
  }
  kaudit::testing::wait_for("seven callers", [&] { return log->waiting() == 7; });
  go_on.count_down();
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(syncs, 2);
}

TEST_F(LogSyncTest, BothFilesOfARotationAreSynced) {
  const auto log = open(LogSync::Always, 100);
  log->process(std::vector{event("a"), event("b")});
  EXPECT_EQ(log->figures().rotations, 1U);
  EXPECT_EQ(syncs, 2);
}

TEST_F(LogSyncTest, WhatCannotBeSyncedIsCountedAndTold) {
  const auto log = open(LogSync::Always);
  fails_with = EIO;
  EXPECT_FALSE(log->process(std::vector{event("a"), event("b")}));
  EXPECT_EQ(counters.errors()["log"], 2U);
  EXPECT_EQ(log->figures().sync_failures, 1U);
  EXPECT_THAT(server_log.take(), HasSubstr("Error in audit plugin 'log' affecting 2 audit events: "
                                           "sync " +
                                           path + ": input/output error"));
  fails_with = 0;
  EXPECT_TRUE(process(*log, "c"));
}

TEST_F(LogSyncTest, IntervalSyncsBehindTheWritesOnlyWhatWasWritten) {
  const auto log = open(LogSync::Interval);
  ASSERT_TRUE(log->start().has_value());
  EXPECT_FALSE(log->may_wait());
  process(*log, "a");
  for (int i = 0; i < 1000 && syncs == 0; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  log->shutdown();
  EXPECT_EQ(syncs, 1) << "nothing was written since";
}

TEST_F(LogSyncTest, ShutdownSyncsEveryFileThatWasWrittenTo) {
  const auto log = open(LogSync::Interval, 100);
  log->process(std::vector{event("a"), event("b"), event("c")});
  EXPECT_EQ(syncs, 0);
  log->shutdown();
  EXPECT_EQ(syncs, 3);
}

TEST_F(LogSyncTest, AFailureBehindTheWritesIsCountedAndTold) {
  const auto log = open(LogSync::Interval);
  EXPECT_TRUE(process(*log, "a"));
  fails_with = EDQUOT;
  log->shutdown();
  EXPECT_EQ(log->figures().sync_failures, 1U);
  EXPECT_EQ(server_log.take(), "error: Lines of the audit log may not outlive the machine: sync " +
                                   path + ": disk quota exceeded\n");
  EXPECT_EQ(content_of(path), json_line(event("a")));
}

}  // namespace
}  // namespace kaudit::backends
