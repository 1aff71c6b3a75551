#include "backends/webhook/cancellation.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <poll.h>
#include <sys/eventfd.h>
#include <system_error>
#include <unistd.h>

namespace kaudit::backends::webhook {
namespace {

timespec until(SteadyTime time) noexcept {
  using std::chrono::nanoseconds;
  const auto left = std::max(nanoseconds(0), nanoseconds(time - SteadyTime::clock::now()));
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(left);
  return {static_cast<time_t>(seconds.count()), static_cast<long>((left - seconds).count())};
}

}  // namespace

Cancellation::Cancellation() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!event_) throw std::system_error(errno, std::generic_category(), "eventfd");
}

void Cancellation::cancel() noexcept {
  cancelled_.store(true, std::memory_order_release);
  const std::uint64_t one = 1;
  // It can only fail when it is full, which is readable too.
  [[maybe_unused]] const auto written = ::write(event_.get(), &one, sizeof one);
}

void Cancellation::wait_until(SteadyTime time) const {
  pollfd event{event_.get(), POLLIN, 0};
  while (!is_cancelled() && SteadyTime::clock::now() < time) {
    const timespec left = until(time);
    ::ppoll(&event, 1, &left, nullptr);
  }
}

Readiness wait_for(int socket, short events, const Patience& patience, short* got) {
  std::array<pollfd, 2> polled{
      {{socket, events, 0}, {patience.cancellation.descriptor(), POLLIN, 0}}};
  for (;;) {
    const timespec left = until(patience.deadline);
    const int ready = ::ppoll(polled.data(), polled.size(), &left, nullptr);
    if (patience.cancellation.is_cancelled()) return Readiness::Cancelled;
    if (ready > 0 && polled[0].revents != 0) {
      if (got != nullptr) *got = polled[0].revents;
      return Readiness::Ready;
    }
    if (SteadyTime::clock::now() >= patience.deadline) return Readiness::Deadline;
  }
}

}  // namespace kaudit::backends::webhook
