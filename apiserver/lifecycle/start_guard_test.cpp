#include "apiserver/lifecycle/start_guard.hpp"

#include <cstdio>
#include <pthread.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "base/testing/wait.hpp"

namespace kaudit::apiserver {
namespace {

constexpr int kExitCode = 17;

sigset_t term() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  return set;
}

struct StartGuardTest : ::testing::Test {
  StartGuardTest() {
    ::testing::FLAGS_gtest_death_test_style = "threadsafe";
    const sigset_t set = term();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
  }
  static void say(std::string_view why) { std::fprintf(stderr, "%s\n", std::string(why).c_str()); }
};

TEST_F(StartGuardTest, EndsAStartThatWaitsForEver) {
  EXPECT_EXIT(
      {
        const StartGuard guard(term(), say, kExitCode, std::chrono::milliseconds(1));
        ::kill(::getpid(), SIGTERM);
        for (;;) ::pause();
      },
      ::testing::ExitedWithCode(kExitCode), "A signal came while the server was starting");
}

TEST_F(StartGuardTest, LeavesAStartThatEndsItself) {
  StartGuard guard(term(), say, kExitCode, std::chrono::hours(1));
  ::kill(::getpid(), SIGTERM);
  // The guard alone takes the signal.
  sigset_t pending;
  kaudit::testing::wait_for("the guard to take the signal", [&] {
    sigpending(&pending);
    return sigismember(&pending, SIGTERM) == 0;
  });
  EXPECT_TRUE(guard.end());
}

TEST_F(StartGuardTest, WithoutASignalNothingIsTaken) {
  StartGuard guard(term(), say, kExitCode);
  EXPECT_FALSE(guard.end());
}

}  // namespace
}  // namespace kaudit::apiserver
