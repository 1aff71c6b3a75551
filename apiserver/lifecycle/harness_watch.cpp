#include "apiserver/lifecycle/harness_watch.hpp"

#include <array>
#include <cerrno>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <utility>

namespace kaudit::apiserver {
namespace {

/// How often a parent is looked for on a kernel that has no descriptor of a process (pidfd_open,
/// Linux 5.3), in milliseconds.
constexpr int kParentRound = 200;

/// Not PR_SET_PDEATHSIG: that goes by the thread that started us, which in most test runners ends
/// long before its process.
int open_process(pid_t process) { return static_cast<int>(::syscall(SYS_pidfd_open, process, 0)); }

/// False at its end. One that cannot be read has none that could be noticed.
bool skip_input() {
  std::array<char, 4096> buffer;
  const ssize_t count = ::read(STDIN_FILENO, buffer.data(), buffer.size());
  return count > 0 || (count < 0 && (errno == EINTR || errno == EAGAIN));
}

}  // namespace

HarnessWatch::HarnessWatch(Parent parent, StandardInput input, Gone gone)
    : gone_(std::move(gone)),
      watches_input_(input == StandardInput::Watched),
      parent_(parent == Parent::Watched ? ::getppid() : 0),
      parent_fd_(parent_ == 0 ? -1 : open_process(parent_)),
      stop_fd_(::eventfd(0, EFD_CLOEXEC)) {
  if (parent_ != 0 || watches_input_) thread_ = std::thread([this] { watch(); });
}

HarnessWatch::~HarnessWatch() {
  ::eventfd_write(stop_fd_, 1);
  if (thread_.joinable()) thread_.join();
  ::close(stop_fd_);
  if (parent_fd_ >= 0) ::close(parent_fd_);
}

void HarnessWatch::watch() {
  std::array<pollfd, 3> watched{{{stop_fd_, POLLIN, 0},
                                 {parent_fd_, POLLIN, 0},
                                 {watches_input_ ? STDIN_FILENO : -1, POLLIN, 0}}};
  const bool asks = parent_ != 0 && parent_fd_ < 0;
  for (;;) {
    if (::poll(watched.data(), watched.size(), asks ? kParentRound : -1) < 0) {
      if (errno == EINTR) continue;
      return;
    }
    if (watched[0].revents != 0) return;
    // A parent that ended before its descriptor was opened has another's number now.
    if (watched[1].revents != 0 || (parent_ != 0 && ::getppid() != parent_)) {
      return gone_("the process that started the server has ended");
    }
    if (watched[2].revents != 0 && !skip_input()) return gone_("standard input has ended");
  }
}

}  // namespace kaudit::apiserver
