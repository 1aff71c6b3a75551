#include "backends/log/backup_keeper.hpp"

#include <csignal>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "backends/log/gzip_file.hpp"
#include "backends/testing/backend_fixtures.hpp"

namespace kaudit::backends {
namespace {

using testing::content_of;
using ::testing::ElementsAre;
using testing::gunzipped;
using ::testing::IsEmpty;
using testing::names_in;
using testing::write_file;

struct BackupKeeperTest : ::testing::Test {
  testing::TemporaryFolder folder;
  testing::ManualWallClock wall;
  RotationLimits limits{.max_bytes = 1000, .compression = Compression::Gzip};
  const std::string path = folder.path("audit.log");
  const std::string older = "audit-2026-11-20T00-00-00.000.log";
  const std::string newer = "audit-2026-11-22T00-00-00.000.log";

  BackupKeeperTest() { write_file(path, "now\n"); }
  BackupKeeper keeper() { return {path, limits, wall.clock()}; }
};

TEST_F(BackupKeeperTest, CompressesWhatIsKeptAndRemovesTheRest) {
  limits.max_backups = 1;
  write_file(folder.path(older), "older\n");
  write_file(folder.path(newer), "newer\n");
  write_file(folder.path("audit-notes.log"), "mine\n");
  const auto tidied = keeper().tidy();
  EXPECT_EQ(tidied.removed, 1U);
  EXPECT_EQ(tidied.compressed, 1U);
  EXPECT_THAT(tidied.errors, IsEmpty());
  EXPECT_THAT(names_in(folder.path("")),
              ElementsAre(newer + ".gz", "audit-notes.log", "audit.log"));
  EXPECT_EQ(gunzipped(folder.path(newer + ".gz")), "newer\n");
}

TEST_F(BackupKeeperTest, LeftoversOfACrashLoseAndDoubleNothing) {
  write_file(folder.path(older + ".gz.tmp"), "half");  // killed while compressing
  write_file(folder.path(older), "older\n");
  write_file(folder.path(newer + ".gz"), "not even gzip");  // another program's half
  write_file(folder.path(newer), "newer\n");
  EXPECT_EQ(keeper().tidy().compressed, 2U);
  EXPECT_THAT(names_in(folder.path("")), ElementsAre(older + ".gz", newer + ".gz", "audit.log"));
  EXPECT_EQ(gunzipped(folder.path(older + ".gz")), "older\n");
  EXPECT_EQ(gunzipped(folder.path(newer + ".gz")), "newer\n");
}

TEST_F(BackupKeeperTest, AFileThatIsStillBeingMovedIsLeftAlone) {
  write_file(folder.path(older), "older\n");
  auto held = keeper();
  held.hold(older);
  EXPECT_EQ(held.tidy().compressed, 0U);
  held.release();
  EXPECT_EQ(held.tidy().compressed, 1U);
}

TEST_F(BackupKeeperTest, AStopLeavesTheFileForTheNextStart) {
  write_file(folder.path(older), "older\n");
  std::stop_source stop;
  stop.request_stop();
  const auto stopped = keeper().tidy(stop.get_token());
  EXPECT_EQ(stopped.compressed, 0U);
  EXPECT_THAT(stopped.errors, IsEmpty());
  EXPECT_THAT(names_in(folder.path("")), ElementsAre(older, "audit.log"));
}

TEST_F(BackupKeeperTest, WhatCannotBeDoneIsAnErrorAndDoesNotKeepTheRestFromIt) {
  std::filesystem::create_directory(folder.path(older));  // cannot be read as a file
  write_file(folder.path(newer), "newer\n");
  const auto tidied = keeper().tidy();
  EXPECT_EQ(tidied.compressed, 1U);
  ASSERT_EQ(tidied.errors.size(), 1U);
  EXPECT_EQ(tidied.errors[0].message, "read " + folder.path(older) + ": is a directory");
  EXPECT_THAT(names_in(folder.path("")), ElementsAre(older, newer + ".gz", "audit.log"));
}

TEST_F(BackupKeeperTest, AFolderThatCannotBeReadIsAnError) {
  BackupKeeper nowhere(folder.path("nope/audit.log"), limits, wall.clock());
  const auto tidied = nowhere.tidy();
  ASSERT_EQ(tidied.errors.size(), 1U);
  EXPECT_EQ(tidied.errors[0].message,
            "open " + folder.path("nope") + ": no such file or directory");
}

TEST_F(BackupKeeperTest, TheCompressedFormHasTheFilesModeAndAllOfItsContent) {
  std::string content;
  for (int i = 0; i < 200'000; ++i) content += "line " + std::to_string(i) + "\n";
  write_file(folder.path(older), content);
  std::filesystem::permissions(folder.path(older), std::filesystem::perms(0640));
  ASSERT_TRUE(gzip_file(folder.path(older)).has_value());
  EXPECT_EQ(gunzipped(folder.path(older + ".gz")), content);
  EXPECT_EQ(std::filesystem::status(folder.path(older + ".gz")).permissions(),
            std::filesystem::perms(0640));
}

TEST_F(BackupKeeperTest, KilledAtAnyMomentAWholeFormIsLeft) {
  std::string content;
  for (int i = 0; i < 60'000; ++i) content += "line " + std::to_string(i) + "\n";
  for (int round = 0; round < 12; ++round) {
    std::filesystem::remove(folder.path(older + ".gz"));
    write_file(folder.path(older), content);
    const pid_t child = ::fork();
    if (child == 0) {
      static_cast<void>(gzip_file(folder.path(older)));
      ::_exit(0);
    }
    ::usleep(static_cast<useconds_t>(round) * 1000);  // anywhere will do
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    if (content_of(folder.path(older)) != content) {
      EXPECT_EQ(gunzipped(folder.path(older + ".gz")), content) << round;
    }
    EXPECT_THAT(keeper().tidy().errors, IsEmpty());
    EXPECT_THAT(names_in(folder.path("")), ElementsAre(older + ".gz", "audit.log")) << round;
    EXPECT_EQ(gunzipped(folder.path(older + ".gz")), content) << round;
  }
}

}  // namespace
}  // namespace kaudit::backends
