#include "base/files/temporary_folder.hpp"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace kaudit {
namespace {

namespace fs = std::filesystem;

void write(const fs::path& path, const std::string& text = "text") { std::ofstream(path) << text; }

class TemporaryFolderTest : public ::testing::Test {
 protected:
  /// The folder of a process that was killed, with a file in it.
  fs::path killed() {
    int ends[2];
    EXPECT_EQ(::pipe(ends), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      const auto folder = TemporaryFolder::make(parent_.path());
      if (!folder) _exit(1);
      write(folder->path() / "ca.key");
      const std::string path = folder->path().string();
      if (::write(ends[1], path.data(), path.size()) < 0) _exit(1);
      ::kill(::getpid(), SIGKILL);
    }
    ::close(ends[1]);
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status));
    std::string path(4096, '\0');
    path.resize(
        static_cast<std::size_t>(std::max<ssize_t>(0, ::read(ends[0], path.data(), path.size()))));
    ::close(ends[0]);
    EXPECT_TRUE(fs::exists(fs::path(path) / "ca.key"));
    return path;
  }
  std::size_t sweep() const { return TemporaryFolder::remove_abandoned(parent_.path()); }

  TemporaryFolder parent_ = *TemporaryFolder::make();
};

TEST_F(TemporaryFolderTest, IsPrivateAndGoesWithTheObject) {
  fs::path path;
  {
    auto folder = TemporaryFolder::make(parent_.path());
    ASSERT_TRUE(folder);
    const TemporaryFolder moved = std::move(*folder);
    path = moved.path();
    EXPECT_EQ(fs::status(path).permissions(), fs::perms::owner_all);
    write(path / "file");
  }
  EXPECT_FALSE(fs::exists(path));
}

TEST_F(TemporaryFolderTest, IsRemovedByTheNextOneWhenItsProcessWasKilled) {
  const fs::path first = killed();
  const fs::path second = killed();
  const auto alive = TemporaryFolder::make(parent_.path());
  EXPECT_EQ(sweep(), 2U);
  EXPECT_FALSE(fs::exists(first));
  EXPECT_FALSE(fs::exists(second));
  EXPECT_TRUE(fs::exists(alive->path()));
  EXPECT_EQ(sweep(), 0U);
}

TEST_F(TemporaryFolderTest, StaysWhereItIsNotOneOfOurs) {
  // Another name, no lock, open to others, more in it than files, only a link to one.
  const fs::path renamed = parent_.path() / "kaudit-e2e-abc";
  fs::rename(killed(), renamed);
  const fs::path without_lock = killed();
  fs::remove(without_lock / ".lock");
  const fs::path open = killed();
  ASSERT_EQ(::chmod(open.c_str(), 0755), 0);
  const fs::path with_folder = killed();
  fs::create_directory(with_folder / "more");
  fs::create_directory(parent_.path() / "elsewhere");
  const fs::path elsewhere = parent_.path() / "elsewhere" / "target";
  fs::rename(killed(), elsewhere);
  fs::create_directory_symlink(elsewhere, parent_.path() / "kaudit-ABCDEF");
  EXPECT_EQ(sweep(), 0U);
  for (const fs::path& path : {renamed, without_lock, open, with_folder, elsewhere}) {
    EXPECT_TRUE(fs::exists(path / "ca.key")) << path;
  }
}

TEST_F(TemporaryFolderTest, TakesLinksAwayAndNotWhatTheyLeadTo) {
  write(parent_.path() / "precious");
  const fs::path folder = killed();
  fs::create_symlink(parent_.path() / "precious", folder / "link");
  EXPECT_EQ(sweep(), 1U);
  EXPECT_FALSE(fs::exists(folder));
  EXPECT_TRUE(fs::exists(parent_.path() / "precious"));
}

TEST_F(TemporaryFolderTest, IsNotLockedByALinkOrAPipe) {
  const fs::path linked = killed();
  fs::rename(linked / ".lock", linked / "real");
  fs::create_symlink(linked / "real", linked / ".lock");
  const fs::path piped = killed();
  fs::remove(piped / ".lock");
  ASSERT_EQ(::mkfifo((piped / ".lock").c_str(), 0600), 0);
  EXPECT_EQ(sweep(), 0U);
}

TEST(RemoveAbandoned, LeavesAFolderThatIsNotThere) {
  EXPECT_EQ(TemporaryFolder::remove_abandoned("/no/such/folder"), 0U);
}

}  // namespace
}  // namespace kaudit
