#include "backends/webhook/socket.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <vector>

#include "backends/webhook/resolver.hpp"
#include "base/files/read_file.hpp"

namespace kaudit::backends::webhook {
namespace {

/// `10.0.0.1:80`, `[::1]:80`.
std::string address_text(const sockaddr* address, socklen_t length) {
  std::array<char, NI_MAXHOST> host{};
  std::array<char, NI_MAXSERV> port{};
  if (::getnameinfo(address, length, host.data(), host.size(), port.data(), port.size(),
                    NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
    return "?";
  }
  const std::string name = host.data();
  return (name.find(':') == std::string::npos ? name : "[" + name + "]") + ":" + port.data();
}

std::string ends_of(int socket) {
  sockaddr_storage address{};
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  socklen_t length = sizeof address;
  ::getsockname(socket, generic, &length);
  std::string ends = address_text(generic, length);
  length = sizeof address;
  ::getpeername(socket, generic, &length);
  return ends + "->" + address_text(generic, length);
}

/// A connected socket that does not block.
class Socket final : public Stream {
 public:
  explicit Socket(Descriptor socket) : socket_(std::move(socket)), ends_(ends_of(socket_.get())) {}

  Outcome<std::size_t> read(std::span<char> to, const Patience& patience) override {
    for (;;) {
      const ssize_t got = ::recv(socket_.get(), to.data(), to.size(), 0);
      if (got >= 0) return static_cast<std::size_t>(got);
      if (errno != EAGAIN && errno != EINTR) return broken("read", errno);
      if (const auto ready = wait_for(socket_.get(), POLLIN, patience); ready != Readiness::Ready) {
        return failed(ready);
      }
    }
  }

  Outcome<Written> write(std::string_view bytes, OnAnswer on_answer,
                         const Patience& patience) override {
    const bool listens = on_answer == OnAnswer::Stop;
    const auto events = static_cast<short>(listens ? POLLIN | POLLOUT : POLLOUT);
    while (!bytes.empty()) {
      const ssize_t put = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (put >= 0) {
        bytes.remove_prefix(static_cast<std::size_t>(put));
        continue;
      }
      if (errno != EAGAIN && errno != EINTR) return broken("write", errno);
      short got = 0;
      if (const auto ready = wait_for(socket_.get(), events, patience, &got);
          ready != Readiness::Ready) {
        return failed(ready);
      }
      if (listens && (got & POLLIN) != 0 && (got & POLLOUT) == 0) return Written::Answered;
    }
    return Written::All;
  }

  int descriptor() const noexcept override { return socket_.get(); }

 private:
  /// `read tcp LOCAL->REMOTE: read: connection reset by peer`
  tl::unexpected<Failure> broken(const std::string& call, int number) const {
    return failed(LossReason::Network,
                  call + " tcp " + ends_ + ": " + call + ": " + system_error_text(number));
  }

  Descriptor socket_;
  const std::string ends_;  ///< a peer that is gone has no name any more
};

tl::unexpected<Failure> not_connected(const Address& to, const std::string& why,
                                      LossReason reason = LossReason::Network) {
  return failed(reason, "dial tcp " + address_text(to.generic(), to.length) + ": " + why);
}

Outcome<Descriptor> connect_to(const Address& to, const Patience& patience) {
  Descriptor socket(
      ::socket(to.generic()->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP));
  if (!socket) return not_connected(to, "socket: " + system_error_text(errno));
  const int on = 1;
  ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  // A receiver that vanished without a word is noticed before the next list is sent to it.
  ::setsockopt(socket.get(), SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
  if (::connect(socket.get(), to.generic(), to.length) == 0) return socket;
  if (errno != EINPROGRESS) return not_connected(to, "connect: " + system_error_text(errno));
  switch (wait_for(socket.get(), POLLOUT, patience)) {
    case Readiness::Cancelled:
      return failed(Readiness::Cancelled);
    case Readiness::Deadline:
      return not_connected(to, "i/o timeout", LossReason::Timeout);
    case Readiness::Ready:
      break;
  }
  int error = 0;
  socklen_t length = sizeof error;
  ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &length);
  if (error != 0) return not_connected(to, "connect: " + system_error_text(error));
  return socket;
}

}  // namespace

tl::unexpected<Failure> failed(Readiness readiness) {
  if (readiness == Readiness::Cancelled) {
    return failed(LossReason::Shutdown, "given up: the server is shutting down");
  }
  return failed(LossReason::Timeout,
                "context deadline exceeded (Client.Timeout exceeded while awaiting headers)");
}

Outcome<std::unique_ptr<Stream>> connect_tcp(const std::string& host, const std::string& port,
                                             const Patience& patience) {
  auto addresses = resolve(host, port, patience);
  if (!addresses) return tl::unexpected(addresses.error());
  tl::unexpected<Failure> last = failed(LossReason::Network, "dial tcp: no address for " + host);
  for (std::size_t i = 0; i < addresses->size(); ++i) {
    // An address that does not answer must not use up the time of those behind it.
    const auto now = SteadyTime::clock::now();
    const auto share = (patience.deadline - now) / static_cast<int>(addresses->size() - i);
    auto socket = connect_to((*addresses)[i], {now + share, patience.cancellation});
    if (socket) return std::make_unique<Socket>(*std::move(socket));
    last = tl::unexpected(std::move(socket).error());
    if (patience.cancellation.is_cancelled()) break;
  }
  return last;
}

bool is_quiet(int socket) noexcept {
  pollfd polled{socket, POLLIN, 0};
  return ::poll(&polled, 1, 0) == 0;
}

}  // namespace kaudit::backends::webhook
