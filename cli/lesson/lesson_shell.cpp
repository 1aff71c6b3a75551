#include "cli/lesson/lesson_shell.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <string_view>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include "base/files/write_all.hpp"
#include "base/text/quote.hpp"

namespace kaudit::cli {
namespace {

constexpr auto kMaxTime = std::chrono::seconds(60);
constexpr std::size_t kMaxOutput = std::size_t{4} << 20U;

tl::unexpected<Error> system_error(const std::string& what) {
  return fail(what + ": " + std::strerror(errno));
}

}  // namespace

Result<LessonShell> LessonShell::start(const std::string& folder, const std::string& server_flags) {
  std::array<int, 2> to{};
  std::array<int, 2> from{};
  if (::pipe2(to.data(), O_CLOEXEC) != 0) return system_error("cannot make a pipe");
  if (::pipe2(from.data(), O_CLOEXEC) != 0) return system_error("cannot make a pipe");
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, to[0], STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, from[1], STDOUT_FILENO);
  std::string shell = "bash";
  std::string plain = "--noprofile";
  std::string no_rc = "--norc";
  std::array<char*, 4> arguments{shell.data(), plain.data(), no_rc.data(), nullptr};
  pid_t child = -1;
  const int error = ::posix_spawnp(&child, "bash", &actions, nullptr, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(to[0]);
  ::close(from[1]);
  LessonShell made(child, to[1], from[0]);
  if (error != 0) {
    made.child_ = -1;
    return fail(std::string("lessons need bash: ") + std::strerror(error));
  }
  const auto ready =
      made.run("cd " + shell_quoted(folder) + " && unset KUBECONFIG; KAUDIT_LESSON_FLAGS=" +
               shell_quoted(server_flags) + "; trap 'kill $(jobs -p) 2> /dev/null; wait' EXIT");
  if (!ready) return tl::unexpected(ready.error());
  return made;
}

LessonShell::LessonShell(LessonShell&& other) noexcept
    : child_(std::exchange(other.child_, -1)),
      input_(std::exchange(other.input_, -1)),
      output_(std::exchange(other.output_, -1)),
      pieces_(other.pieces_) {}

LessonShell::~LessonShell() {
  if (input_ >= 0) ::close(input_);  // its end of input ends it
  if (child_ > 0) {
    int status = 0;
    while (::waitpid(child_, &status, 0) < 0 && errno == EINTR) {
    }
  }
  if (output_ >= 0) ::close(output_);
}

Result<std::string> LessonShell::run(const std::string& script) {
  // By eval, so that a quote that is not closed ends with the piece.
  const std::string end =
      "KAUDIT_LESSON_END_" + std::to_string(::getpid()) + "_" + std::to_string(++pieces_);
  if (write_all(input_, "eval \"$(cat <<'" + end + "'\n" + script + "\n" + end +
                            "\n)\"\necho; echo '" + end + "'\n") != 0) {
    return fail("the lesson's shell has ended");
  }
  const auto deadline = std::chrono::steady_clock::now() + kMaxTime;
  std::string printed;
  for (;;) {
    const std::size_t at = printed.rfind("\n" + end + "\n");
    if (at != std::string::npos) return printed.substr(0, at);
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    pollfd waiting{output_, POLLIN, 0};
    const int ready = left.count() > 0 ? ::poll(&waiting, 1, static_cast<int>(left.count())) : 0;
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return fail("this step of the lesson does not end");
    std::array<char, 4096> bytes{};
    const ssize_t size = ::read(output_, bytes.data(), bytes.size());
    if (size <= 0) return fail("the lesson's shell has ended");
    printed.append(bytes.data(), static_cast<std::size_t>(size));
    if (printed.size() > kMaxOutput) return fail("this step of the lesson prints too much");
  }
}

}  // namespace kaudit::cli
