#include "cli/receiver/wire/wire_server.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <system_error>
#include <utility>

#include "base/client/socket_facts.hpp"
#include "base/files/read_file.hpp"
#include "cli/receiver/wire/wire_session.hpp"

namespace kaudit::cli {
namespace {

using backends::Descriptor;
using client::SteadyTime;
using std::chrono::milliseconds;

constexpr int kWireBacklog = 512;
constexpr milliseconds kAfterFailedAccept{100};

struct HostPort {
  std::string host;
  std::string port;
};

/// nullopt for what has no colon before its port.
std::optional<HostPort> split_address(const std::string& address) {
  const std::size_t colon = address.rfind(':');
  if (colon == std::string::npos) return std::nullopt;
  HostPort parts{address.substr(0, colon), address.substr(colon + 1)};
  if (parts.host.starts_with('[') && parts.host.ends_with(']')) {
    parts.host = parts.host.substr(1, parts.host.size() - 2);
  } else if (parts.host.find(':') != std::string::npos) {
    return std::nullopt;
  }
  return parts;
}

struct FreeList {
  void operator()(addrinfo* list) const noexcept { ::freeaddrinfo(list); }
};

Result<Descriptor> listening_socket(const std::string& address) {
  const auto wrong = [&address](const std::string& why) {
    return fail("listen " + address + ": " + why);
  };
  const auto parts = split_address(address);
  if (!parts) return wrong("give ADDRESS:PORT, such as 127.0.0.1:0 or [::1]:9000");
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const char* const host = parts->host.empty() ? nullptr : parts->host.c_str();
  if (const int error = ::getaddrinfo(host, parts->port.c_str(), &hints, &found); error != 0) {
    return wrong(std::string(::gai_strerror(error)) + ": give ADDRESS:PORT");
  }
  const std::unique_ptr<addrinfo, FreeList> addresses(found);
  Descriptor listener(::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!listener) return wrong(system_error_text(errno));
  const int on = 1;
  ::setsockopt(listener.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (::bind(listener.get(), found->ai_addr, found->ai_addrlen) != 0 ||
      ::listen(listener.get(), kWireBacklog) != 0) {
    return wrong(system_error_text(errno));
  }
  return listener;
}

/// Signals are for the main thread; a closed connection's SIGPIPE is for nobody.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;
  ~SignalsBlocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

}  // namespace

WireServer::WireServer(Limits limits) : limits_(limits), budget_(limits.held_bytes) {}

WireServer::~WireServer() { stop(milliseconds(0)); }

Result<std::string> WireServer::listen(const std::string& address, WireHandler& handler) {
  auto listener = listening_socket(address);
  if (!listener) return tl::unexpected(listener.error());
  sockaddr_storage bound{};
  socklen_t size = sizeof bound;
  ::getsockname(listener->get(), reinterpret_cast<sockaddr*>(&bound), &size);
  auto site = std::make_unique<Site>();
  site->listener = std::move(*listener);
  site->handler = &handler;
  sites_.push_back(std::move(site));
  return client::address_text(reinterpret_cast<const sockaddr&>(bound), size);
}

void WireServer::run() {
  const SignalsBlocked blocked;  // the threads inherit it
  acceptor_ = std::thread([this] { accept_all(); });
}

std::size_t WireServer::open_connections() {
  const Lock lock(mutex_);
  return connections_.size();
}

void WireServer::accept_all() {
  while (!stop_.is_raised()) {
    reap();
    std::vector<pollfd> polled{{stop_.descriptor(), POLLIN, 0}};
    // A full house is looked at again in a moment; clients wait in the backlog meanwhile.
    const bool full = open_connections() >= limits_.connections;
    if (!full) {
      for (const auto& site : sites_) polled.push_back({site->listener.get(), POLLIN, 0});
    }
    constexpr int kReapAfter = 1000;
    const auto pause = full ? static_cast<int>(kAfterFailedAccept.count()) : kReapAfter;
    if (::poll(polled.data(), polled.size(), pause) <= 0 || full) continue;
    for (std::size_t i = 0; i < sites_.size(); ++i) {
      if (polled[i + 1].revents != 0) accept_from(*sites_[i]);
    }
  }
}

void WireServer::accept_from(Site& site) {
  sockaddr_storage from{};
  socklen_t size = sizeof from;
  Descriptor socket(::accept4(site.listener.get(), reinterpret_cast<sockaddr*>(&from), &size,
                              SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!socket) {
    // Out of descriptors or memory: others must leave first.
    if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED) {
      stop_.wait_until(SteadyTime::clock::now() + kAfterFailedAccept);
    }
    return;
  }
  const std::string peer = client::address_text(reinterpret_cast<const sockaddr&>(from), size);
  const std::uint64_t number = ++numbered_;
  const Lock lock(mutex_);
  Connection& connection = connections_.emplace_back();
  const auto serve = [this, &site, &connection, number, peer](Descriptor accepted) {
    const std::uint64_t open = ++site.open;
    {
      WireSession session(*this, *site.handler, WireStream(std::move(accepted)), number, peer);
      session.run(open);
    }
    --site.open;
    connection.ended = true;
    ended_.notify_all();
  };
  try {
    connection.thread = std::thread(serve, std::move(socket));
  } catch (const std::system_error&) {  // the system has no thread left: the client is turned away
    connections_.pop_back();
  }
}

void WireServer::reap() {
  std::list<Connection> ended;
  {
    const Lock lock(mutex_);
    for (auto at = connections_.begin(); at != connections_.end();) {
      const auto here = at++;
      if (here->ended) ended.splice(ended.end(), connections_, here);
    }
  }
  for (Connection& connection : ended) connection.thread.join();
}

void WireServer::stop(milliseconds grace) {
  stop_.raise();
  if (acceptor_.joinable()) acceptor_.join();
  for (const auto& site : sites_) site->listener = Descriptor();
  {
    Lock lock(mutex_);
    const auto all_ended = [this]() KAUDIT_REQUIRES(mutex_) {
      return std::ranges::all_of(connections_, [](const Connection& c) { return c.ended.load(); });
    };
    // A session that ends between the look and the wait is noticed by the next look.
    const auto until = SteadyTime::clock::now() + grace;
    while (!all_ended() && SteadyTime::clock::now() < until) {
      ended_.wait_for(lock, milliseconds(20), all_ended);
    }
  }
  cut_.raise();
  join_all();
}

void WireServer::join_all() {
  std::list<Connection> rest;
  {
    const Lock lock(mutex_);
    rest.swap(connections_);
  }
  for (Connection& connection : rest) connection.thread.join();
}

}  // namespace kaudit::cli
