#include "backends/webhook/testing/receiver.hpp"

#include <array>
#include <charconv>
#include <netinet/in.h>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <tuple>
#include <unistd.h>
#include <utility>

namespace kaudit::backends::testing {
namespace {

std::pair<Descriptor, int> bound() {
  Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(socket.get(), generic, length) != 0 ||
      ::getsockname(socket.get(), generic, &length) != 0) {
    throw std::runtime_error("no port");
  }
  return {std::move(socket), ntohs(address.sin_port)};
}

bool receive_more(int connection, std::string& buffer) {
  std::array<char, 65536> block{};
  const ssize_t got = ::recv(connection, block.data(), block.size(), 0);
  if (got <= 0) return false;
  buffer.append(block.data(), static_cast<std::size_t>(got));
  return true;
}

/// Ends when the peer has gone.
void go_on(int connection, const Reply& reply) {
  for (;;) {
    const ssize_t sent = ::send(connection, reply.piece.data(), reply.piece.size(), MSG_NOSIGNAL);
    if (sent < 0) return;
    pollfd peer{connection, POLLRDHUP, 0};
    if (::poll(&peer, 1, static_cast<int>(reply.pause.count())) != 0) return;
  }
}

std::size_t content_length(const std::string& head) {
  const auto at = head.find("Content-Length: ");
  std::size_t length = 0;
  if (at != std::string::npos) {
    std::from_chars(head.data() + at + 16, head.data() + head.size(), length);
  }
  return length;
}

}  // namespace

Reply Reply::status(int code, const std::string& headers, const std::string& body) {
  return {"HTTP/1.1 " + std::to_string(code) + " X\r\n" + headers +
          "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body};
}

Receiver::Receiver(std::function<Reply(int)> reply) : reply_(std::move(reply)) {
  std::tie(listener_, port_) = bound();
  ::listen(listener_.get(), SOMAXCONN);
  acceptor_ = std::thread([this] { accept_all(); });
}

Receiver::~Receiver() {
  ::shutdown(listener_.get(), SHUT_RDWR);
  acceptor_.join();
  {
    const Lock lock(mutex_);
    for (const auto& connection : connections_) ::shutdown(connection.get(), SHUT_RDWR);
  }
  for (auto& thread : threads_) thread.join();
}

void Receiver::accept_all() {
  for (;;) {
    Descriptor connection(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!connection) return;
    const Lock lock(mutex_);
    threads_.emplace_back([this, number = connection.get()] { serve(number); });
    connections_.push_back(std::move(connection));
  }
}

void Receiver::serve(int connection) {
  std::string buffer;
  for (;;) {
    std::size_t end = 0;
    while ((end = buffer.find("\r\n\r\n")) == std::string::npos) {
      if (!receive_more(connection, buffer)) return;
    }
    Received request;
    request.head = buffer.substr(0, end + 4);
    const std::size_t length = content_length(request.head);
    while (buffer.size() < end + 4 + length) {
      if (!receive_more(connection, buffer)) return;
    }
    request.body = buffer.substr(end + 4, length);
    buffer.erase(0, end + 4 + length);
    int number = 0;
    {
      const Lock lock(mutex_);
      number = static_cast<int>(requests_.size());
      requests_.push_back(std::move(request));
    }
    const Reply reply = reply_(number);
    ::send(connection, reply.bytes.data(), reply.bytes.size(), MSG_NOSIGNAL);
    if (reply.then == Reply::Then::KeepOpen) continue;
    if (reply.then == Reply::Then::Reset) {
      const linger at_once{1, 0};
      ::setsockopt(connection, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
      const Descriptor null(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
      ::dup2(null.get(), connection);  // closes it, while its number stays taken
    } else if (reply.then == Reply::Then::Close) {
      ::shutdown(connection, SHUT_RDWR);
    } else if (reply.then == Reply::Then::GoOn) {
      go_on(connection, reply);
    } else {
      while (receive_more(connection, buffer)) {
      }
    }
    return;
  }
}

std::vector<Received> Receiver::requests() const {
  const Lock lock(mutex_);
  return requests_;
}

int Receiver::connections() const {
  const Lock lock(mutex_);
  return static_cast<int>(connections_.size());
}

int closed_port() { return bound().second; }

}  // namespace kaudit::backends::testing
