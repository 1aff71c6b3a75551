#include "backends/log/patient_write.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdint>
#include <poll.h>
#include <sys/eventfd.h>
#include <system_error>
#include <unistd.h>

namespace kaudit::backends {
namespace {

/// 0 when there is room, ECANCELED when it was given up. (What is wrong with the descriptor, the
/// write says.)
int wait_for_room(int descriptor, const GiveUpSignal& signal) {
  std::array<pollfd, 2> waits{pollfd{descriptor, POLLOUT, 0},
                              pollfd{signal.descriptor(), POLLIN, 0}};
  while (::poll(waits.data(), waits.size(), -1) < 0) {
    if (errno != EINTR && errno != EAGAIN) return errno;
  }
  return waits[0].revents == 0 ? ECANCELED : 0;
}

}  // namespace

GiveUpSignal::GiveUpSignal() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!event_) throw std::system_error(errno, std::generic_category(), "eventfd");
}

void GiveUpSignal::give_up() noexcept {
  const std::uint64_t one = 1;
  // It fails only when it has been given up very often.
  [[maybe_unused]] const ssize_t ignored = ::write(event_.get(), &one, sizeof one);
}

int patient_write(int descriptor, std::string_view text, WhenFull when_full,
                  const GiveUpSignal& signal, std::size_t& written) {
  // A pipe with any room has it for so many bytes: such a write does not block.
  const std::size_t most = when_full == WhenFull::Blocks ? PIPE_BUF : text.size();
  while (written < text.size()) {
    if (when_full == WhenFull::Blocks) {
      if (const int number = wait_for_room(descriptor, signal); number != 0) return number;
    }
    const ssize_t taken =
        ::write(descriptor, text.data() + written, std::min(most, text.size() - written));
    if (taken > 0) {
      written += static_cast<std::size_t>(taken);
    } else if (taken == 0) {
      return EIO;
    } else if (errno == EAGAIN) {
      if (const int number = wait_for_room(descriptor, signal); number != 0) return number;
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

}  // namespace kaudit::backends
