#include "base/client/give_up_signal.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <poll.h>
#include <sys/eventfd.h>
#include <system_error>
#include <unistd.h>

namespace kaudit::client {
namespace {

timespec until(SteadyTime time) noexcept {
  using std::chrono::nanoseconds;
  const auto left = std::max(nanoseconds(0), nanoseconds(time - SteadyTime::clock::now()));
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(left);
  return {static_cast<time_t>(seconds.count()), static_cast<long>((left - seconds).count())};
}

}  // namespace

GiveUpSignal::GiveUpSignal() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (event_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
}

GiveUpSignal::~GiveUpSignal() { ::close(event_); }

void GiveUpSignal::raise() noexcept {
  raised_.store(true, std::memory_order_release);
  const std::uint64_t one = 1;
  // It can only fail when it is full, which is readable too.
  [[maybe_unused]] const auto written = ::write(event_, &one, sizeof one);
}

void GiveUpSignal::wait_until(SteadyTime time) const {
  pollfd event{event_, POLLIN, 0};
  while (!is_raised() && SteadyTime::clock::now() < time) {
    const timespec left = until(time);
    ::ppoll(&event, 1, &left, nullptr);
  }
}

}  // namespace kaudit::client
