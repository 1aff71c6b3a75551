#include "backends/socket/socket_backend.hpp"

#include <algorithm>
#include <cerrno>
#include <exception>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

#include "audit/encoder.hpp"
#include "audit/report.hpp"
#include "base/files/read_file.hpp"

namespace kaudit::backends {
namespace {

constexpr const char* kSocketPlugin = "socket";
constexpr std::uint32_t kAttempts = 2;  // the second on a new connection

constexpr std::array<std::string_view, 3> kReasons = {"not_connected", "broken", "shutdown"};

Error call_error(std::string_view call, const std::string& path, int number) {
  return {"dial unix " + path + ": " + std::string(call) + ": " + system_error_text(number)};
}

}  // namespace

SocketBackend::SocketBackend(std::string path, const BackendContext& context, SteadyClock clock)
    : path_(std::move(path)),
      trace_(context.trace),
      clock_(std::move(clock)),
      errors_(kSocketPlugin, context.counters, clock_),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

bool SocketBackend::process(std::span<const audit::EventPtr> events) try {
  std::string lines;
  for (const audit::EventPtr& event : events) audit::append_event(lines, *event);
  const Lock lock(mutex_);
  std::string_view rest = lines;
  for (std::uint32_t attempt = 1;; ++attempt) {
    if (shut_down_ || given_up_) {
      return lose(events, Lost::Shutdown, "audit backend shut down", attempt);
    }
    if (auto connected = connect(); !connected) {
      return lose(events, Lost::NotConnected, connected.error().message, attempt);
    }
    const auto sent = send(rest);
    const auto left = static_cast<std::size_t>(std::count(rest.begin(), rest.end(), '\n'));
    sent_.fetch_add(events.size() - left, std::memory_order_relaxed);
    trace_.note(audit::DeliveryStep::Acknowledged, events.first(events.size() - left), attempt);
    if (sent) {
      errors_.succeeded();
      return true;
    }
    connection_ = {};
    events = events.last(left);
    const Lost why = given_up_ ? Lost::Shutdown : Lost::Broken;
    if (given_up_ || attempt == kAttempts) return lose(events, why, sent.error().message, attempt);
    trace_.note(audit::DeliveryStep::Retried, events, attempt + 1);
  }
} catch (const std::exception& error) {  // no memory for the lines
  return lose(events, Lost::Broken, error.what(), 1);
}

Result<void> SocketBackend::connect() {
  if (connection_) return {};
  const SteadyTime now = clock_();
  if (now < not_before_) return tl::unexpected(call_error("connect", path_, last_error_));
  Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  path_.copy(address.sun_path, kLongestPath);
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    last_error_ = errno;
    pause_ = std::clamp<std::chrono::milliseconds>(2 * pause_, kFirstPause, kLongestPause);
    not_before_ = now + pause_;
    return tl::unexpected(call_error("connect", path_, last_error_));
  }
  connections_.fetch_add(1, std::memory_order_relaxed);
  pause_ = {};
  connection_ = std::move(socket);
  return {};
}

/// Takes the lines that got through whole from the front of `rest`.
Result<void> SocketBackend::send(std::string_view& rest) {
  std::size_t sent = 0;
  while (sent < rest.size()) {
    const ssize_t bytes =
        ::send(connection_.get(), rest.data() + sent, rest.size() - sent, MSG_NOSIGNAL);
    if (bytes >= 0) {
      sent += static_cast<std::size_t>(bytes);
      continue;
    }
    const int number = errno;
    if (number == EINTR || (number == EAGAIN && wait_for_room())) continue;
    rest.remove_prefix(rest.substr(0, sent).rfind('\n') + 1);  // npos + 1 is 0
    return tl::unexpected(call_error("write", path_, number));
  }
  rest = {};
  return {};
}

/// False: given up.
bool SocketBackend::wait_for_room() const {
  std::array<pollfd, 2> waited{pollfd{connection_.get(), POLLOUT, 0},
                               pollfd{wake_.get(), POLLIN, 0}};
  while (::poll(waited.data(), waited.size(), -1) < 0 && errno == EINTR) {
  }
  return waited[1].revents == 0;
}

bool SocketBackend::lose(std::span<const audit::EventPtr> events, Lost why, std::string_view text,
                         std::uint32_t attempt) {
  lost_[static_cast<std::size_t>(why)].fetch_add(events.size(), std::memory_order_relaxed);
  trace_.lost(events, kReasons[static_cast<std::size_t>(why)], attempt);
  errors_.failed(events, text);
  return false;
}

Result<void> SocketBackend::reopen() {
  const Lock lock(mutex_);
  connection_ = {};
  pause_ = {};
  not_before_ = {};
  return {};
}

void SocketBackend::shutdown() {
  const Lock lock(mutex_);
  shut_down_ = true;
  connection_ = {};
  errors_.flush();
}

void SocketBackend::give_up() noexcept {
  given_up_ = true;
  ::eventfd_write(wake_.get(), 1);
}

void SocketBackend::report(audit::Report& to) const {
  to.backend = kSocketPlugin;
  to.counter("audit_delivered_events_total", "Events that the receiver took.", sent_);
  to.counter("audit_socket_connections_total", "Connections that were made.", connections_);
  for (std::size_t i = 0; i < kReasons.size(); ++i) to.lost(kReasons[i], lost_[i]);
}

}  // namespace kaudit::backends
