#include "apiserver/http/sockets/poller.hpp"

#include <array>
#include <cerrno>
#include <sys/epoll.h>

#include <boost/system/system_error.hpp>

#include "apiserver/http/sockets/client_socket.hpp"

namespace kaudit::apiserver::http {
namespace {

/// Sockets that are looked at together; the others come with the next turn.
constexpr std::size_t kMostAtOnce = 128;

[[noreturn]] void fail_with_errno(const char* call) {
  throw boost::system::system_error(errno, boost::system::system_category(), call);
}

int make_epoll() {
  const int descriptor = ::epoll_create1(EPOLL_CLOEXEC);
  if (descriptor < 0) fail_with_errno("epoll_create1");
  return descriptor;
}

}  // namespace

Poller::Poller(asio::io_context& io) : ready_(io, make_epoll()) {}

void Poller::add(ClientSocket& socket, int descriptor) {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.ptr = &socket;
  if (::epoll_ctl(ready_.native_handle(), EPOLL_CTL_ADD, descriptor, &event) != 0) {
    fail_with_errno("epoll_ctl");
  }
  if (!armed_) arm();
  ++sockets_;
}

void Poller::removed() noexcept {
  --sockets_;
  wake();  // for the waits that have ended, and to stop when it was the last
}

void Poller::let_go_on(ClientSocket& socket) noexcept {
  if (!socket.is_linked()) due_.push_back(socket);
}

/// Makes the next turn come at once. Within a turn nothing is armed, and nothing needs to be.
void Poller::wake() noexcept {
  boost::system::error_code ignored;
  ready_.cancel(ignored);
}

void Poller::arm() {
  ready_.async_wait(asio::posix::stream_descriptor::wait_read,
                    [this](const boost::system::error_code& /*woken*/) { turn(); });
  armed_ = true;
}

void Poller::turn() {
  armed_ = false;
  note_what_is_ready();
  // A socket may go with the first of its own waits, or with another one's: it is out of the list
  // before any of them goes on.
  while (!due_.empty()) {
    ClientSocket& socket = due_.front();
    due_.pop_front();
    socket.hand_over(readers_, writers_);
    readers_.release();
    writers_.release();
  }
  if (sockets_ > 0 && !armed_) arm();
}

void Poller::note_what_is_ready() {
  std::array<epoll_event, kMostAtOnce> events;
  const int count =
      ::epoll_wait(ready_.native_handle(), events.data(), static_cast<int>(events.size()), 0);
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<std::size_t>(i)];
    static_cast<ClientSocket*>(event.data.ptr)->note(event.events);
  }
}

}  // namespace kaudit::apiserver::http
