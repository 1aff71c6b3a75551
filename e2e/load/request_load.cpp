#include "e2e/load/request_load.hpp"

#include <algorithm>
#include <cerrno>
#include <poll.h>
#include <stdexcept>

namespace kaudit::e2e::load {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kPatience(60);

/// One connection and its part of the requests, which are in a row.
class Client {
 public:
  Client(const Requests& requests, const Connections& connections, std::size_t number)
      : requests_(requests),
        work_(requests.work),
        number_(static_cast<long>(number)),
        connections_(static_cast<long>(connections.size())),
        connection_(*connections[number]) {
    const long each = requests.count / connections_;
    const long rest = requests.count % connections_;
    first_ = number_ * each + std::min(number_, rest);
    count_ = each + (number_ < rest ? 1 : 0);
  }

  bool waits() const { return waits_; }
  int descriptor() const { return connection_.descriptor(); }

  /// Sends the next request when its time has come, which is counted from the first of all; else
  /// says how long that is away.
  Clock::duration send_if_due(Clock::duration passed) {
    if (waits_ || sent_ == count_) return Clock::duration::max();
    if (const Clock::duration due = this->due(); due > passed) return due - passed;
    name_ = requests_.prefix + "-" + std::to_string(number_) + "-" + std::to_string(sent_);
    if (const auto& paths = requests_.paths; !paths.empty()) {
      work_.path = paths[static_cast<std::size_t>(first_ + sent_) % paths.size()];
    }
    ++sent_;
    waits_ = true;
    began_ = Clock::now();
    connection_.send(work_, name_);
    return Clock::duration::max();
  }

  void receive(std::vector<std::chrono::nanoseconds>& times) {
    const std::optional<int> status = connection_.receive();
    if (!status) return;
    times.push_back(Clock::now() - began_);
    waits_ = false;
    if (*status != work_.expected) {
      throw std::runtime_error(work_.method + " " + name_ + ": status " + std::to_string(*status));
    }
  }

 private:
  Clock::duration due() const {
    if (requests_.rate == 0) return {};
    const std::chrono::duration<double> seconds(
        static_cast<double>(sent_ * connections_ + number_) / static_cast<double>(requests_.rate));
    return std::chrono::duration_cast<Clock::duration>(seconds);
  }

  const Requests& requests_;
  Work work_;
  const long number_;
  const long connections_;
  Connection& connection_;
  long first_ = 0;  ///< its number among all requests
  long count_ = 0;
  long sent_ = 0;
  bool waits_ = false;
  std::string name_;
  Clock::time_point began_;
};

/// Waits until a socket is readable; false when that takes longer.
bool wait_for(std::vector<pollfd>& sockets, Clock::duration longest) {
  const auto nanoseconds = std::chrono::nanoseconds(longest).count();
  const timespec limit{nanoseconds / 1'000'000'000, nanoseconds % 1'000'000'000};
  const int ready = ::ppoll(sockets.data(), sockets.size(), &limit, nullptr);
  if (ready < 0 && errno != EINTR) throw std::runtime_error("ppoll");
  return ready != 0;
}

}  // namespace

std::vector<std::chrono::nanoseconds> send_all(const Requests& requests,
                                               const Connections& connections) {
  std::vector<Client> clients;
  for (std::size_t i = 0; i < connections.size(); ++i) {
    clients.emplace_back(requests, connections, i);
  }
  std::vector<pollfd> sockets(clients.size());
  std::vector<std::chrono::nanoseconds> times;
  times.reserve(static_cast<std::size_t>(requests.count));
  const Clock::time_point first = Clock::now();
  while (times.size() < static_cast<std::size_t>(requests.count)) {
    Clock::duration next = Clock::duration::max();
    for (std::size_t i = 0; i < clients.size(); ++i) {
      next = std::min(next, clients[i].send_if_due(Clock::now() - first));
      // One that has sent nothing is passed over: what came to it would be no answer.
      sockets[i] = {clients[i].waits() ? clients[i].descriptor() : -1, POLLIN, 0};
    }
    const bool ready = wait_for(sockets, std::min<Clock::duration>(next, kPatience));
    if (!ready && next > kPatience) throw std::runtime_error("no answer within a minute");
    for (std::size_t i = 0; i < clients.size(); ++i) {
      if (sockets[i].revents == 0) continue;
      clients[i].receive(times);
      // Not after all others have been read: the server is to have something to do.
      clients[i].send_if_due(Clock::now() - first);
    }
  }
  return times;
}

}  // namespace kaudit::e2e::load
