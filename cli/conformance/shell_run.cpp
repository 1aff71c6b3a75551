#include "cli/conformance/shell_run.hpp"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "backends/descriptor.hpp"
#include "base/files/read_file.hpp"
#include "base/text/quote.hpp"

namespace kaudit::cli {
namespace {

/// Owns the two settings of posix_spawn().
struct SpawnSettings {
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;

  SpawnSettings() {
    ::posix_spawn_file_actions_init(&files);
    ::posix_spawnattr_init(&attributes);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;
  ~SpawnSettings() {
    ::posix_spawn_file_actions_destroy(&files);
    ::posix_spawnattr_destroy(&attributes);
  }
};

int start(const std::string& command, const std::string& output, pid_t& child) {
  SpawnSettings settings;
  const char* const out = output.empty() ? "/dev/null" : output.c_str();
  ::posix_spawn_file_actions_addopen(&settings.files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_addopen(&settings.files, STDOUT_FILENO, out,
                                     O_WRONLY | O_CREAT | O_TRUNC, 0600);
  // A group of its own, so that all of it can be ended; signals as any program expects them.
  sigset_t none;
  sigemptyset(&none);
  sigset_t defaults;
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);
  ::posix_spawnattr_setsigmask(&settings.attributes, &none);
  ::posix_spawnattr_setsigdefault(&settings.attributes, &defaults);
  ::posix_spawnattr_setpgroup(&settings.attributes, 0);
  ::posix_spawnattr_setflags(
      &settings.attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  std::string shell = "sh";
  std::string flag = "-c";
  std::string text = command;
  char* const arguments[] = {shell.data(), flag.data(), text.data(), nullptr};
  return ::posix_spawn(&child, "/bin/sh", &settings.files, &settings.attributes, arguments,
                       environ);
}

/// Waits until the process has ended; false: not in time.
bool wait_for_exit(pid_t child, std::chrono::milliseconds limit) {
  const backends::Descriptor process(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));
  pollfd ended{process.get(), POLLIN, 0};
  for (;;) {
    const int ready = ::poll(&ended, 1, static_cast<int>(limit.count()));
    if (ready >= 0 || errno != EINTR) return ready > 0;
  }
}

}  // namespace

Result<int> run_shell(const std::string& command, const std::string& output,
                      std::chrono::seconds limit) {
  pid_t child = 0;
  if (const int error = start(command, output, child); error != 0) {
    return fail("cannot run " + go_quoted(command) + ": " + system_error_text(error));
  }
  const bool in_time = wait_for_exit(child, limit);
  if (!in_time) ::kill(-child, SIGKILL);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!in_time) {
    return fail(go_quoted(command) + " has not ended within " + std::to_string(limit.count()) +
                " s, and was killed");
  }
  if (WIFSIGNALED(status)) {
    return fail(go_quoted(command) + " was ended by signal " + std::to_string(WTERMSIG(status)));
  }
  return WEXITSTATUS(status);
}

}  // namespace kaudit::cli
