#include "apiserver/http/sockets/client_socket.hpp"

#include <cerrno>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/system/system_error.hpp>

namespace kaudit::apiserver::http {
namespace {

constexpr auto kRead = static_cast<unsigned>(ClientSocket::Direction::Read);
constexpr auto kWrite = static_cast<unsigned>(ClientSocket::Direction::Write);

constexpr std::uint32_t kEnd = EPOLLRDHUP | EPOLLHUP | EPOLLERR;
constexpr std::uint32_t kReadable = EPOLLIN | kEnd;
constexpr std::uint32_t kWritable = EPOLLOUT | EPOLLHUP | EPOLLERR;

bool would_block() noexcept { return errno == EAGAIN || errno == EWOULDBLOCK; }

}  // namespace

ClientSocket::ClientSocket(Poller& poller, int descriptor)
    : poller_(poller), descriptor_(descriptor) {
  try {
    poller_.add(*this, descriptor_);
  } catch (...) {
    ::close(descriptor_);
    throw;
  }
}

ClientSocket::~ClientSocket() { close(); }

ssize_t ClientSocket::receive(char* to, std::size_t size, Keep keep) noexcept {
  if (!readable_) {
    errno = EAGAIN;
    return -1;
  }
  const int flags = keep == Keep::Yes ? MSG_DONTWAIT | MSG_PEEK : MSG_DONTWAIT;
  const ssize_t received = ::recv(descriptor_, to, size, flags);
  if (received == 0) ended_ = true;
  const bool nothing = received < 0 && would_block();
  const bool all = received >= 0 && keep == Keep::No && static_cast<std::size_t>(received) < size;
  // An end that was told together with the last bytes is not told again.
  if (nothing || (all && !ended_)) readable_ = false;
  return received;
}

ssize_t ClientSocket::send(std::string_view data) noexcept {
  const ssize_t sent = ::send(descriptor_, data.data(), data.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent < 0 && would_block()) writable_ = false;
  return sent;
}

bool ClientSocket::may_try_again() noexcept { return would_block() || errno == EINTR; }

bool ClientSocket::is_ready(Direction direction) const noexcept {
  return direction == Direction::Read ? readable_ : writable_;
}

asio::awaitable<void> ClientSocket::wait(Direction direction) {
  return direction == Direction::Read ? readers_.join() : writers_.join();
}

void ClientSocket::cancel() noexcept {
  end_waits(kRead | kWrite);
  poller_.wake();
}

void ClientSocket::shutdown() noexcept { ::shutdown(descriptor_, SHUT_RDWR); }
void ClientSocket::shutdown_send() noexcept { ::shutdown(descriptor_, SHUT_WR); }

void ClientSocket::close() noexcept {
  if (descriptor_ < 0) return;
  end_waits(kRead | kWrite);
  ::close(descriptor_);  // the kernel forgets to watch it
  descriptor_ = -1;
  poller_.removed();
}

/// What the kernel says of it.
void ClientSocket::note(std::uint32_t events) noexcept {
  unsigned directions = 0;
  if ((events & kEnd) != 0) ended_ = true;
  if ((events & kReadable) != 0) {
    readable_ = true;
    directions |= kRead;
  }
  if ((events & kWritable) != 0) {
    writable_ = true;
    directions |= kWrite;
  }
  end_waits(directions);
}

void ClientSocket::end_waits(unsigned directions) noexcept {
  due_ |= directions;
  poller_.let_go_on(*this);
}

void ClientSocket::hand_over(WaitList& readers, WaitList& writers) noexcept {
  if ((due_ & kRead) != 0) readers.swap(readers_);
  if ((due_ & kWrite) != 0) writers.swap(writers_);
  due_ = 0;
}

}  // namespace kaudit::apiserver::http
