#include "e2e/load/watchers.hpp"

#include <cerrno>
#include <poll.h>
#include <vector>

namespace kaudit::e2e::load {
namespace {

constexpr int kPatienceMs = 60'000;
constexpr std::string_view kEvent = R"({"type":")";

}  // namespace

struct Watchers::Watcher {
  Watcher(SSL_CTX* context, const std::string& port, const std::string& path)
      : channel(context, port) {
    channel.write("GET " + path +
                  " HTTP/1.1\r\nHost: localhost\r\nUser-Agent: kaudit-load\r\n"
                  "Accept: application/json\r\n\r\n");
    while (unread.find("\r\n\r\n") == std::string::npos) channel.read_available(unread);
    count();
  }

  void read() {
    channel.read_available(unread);
    count();
  }

  /// Counts the beginnings of events and keeps what may be the first part of one.
  void count() {
    std::size_t at = 0;
    for (std::size_t found; (found = unread.find(kEvent, at)) != std::string::npos;) {
      ++events;
      at = found + kEvent.size();
    }
    const std::size_t tail = std::min(unread.size() - at, kEvent.size() - 1);
    unread.erase(0, unread.size() - tail);
  }

  Channel channel;
  std::string unread;
  long events = 0;
};

struct Watchers::All {
  std::vector<std::unique_ptr<Watcher>> watchers;
  std::vector<pollfd> sockets;
  long wanted = 0;
};

Watchers::Watchers(SSL_CTX* context, const std::string& port, const std::string& path, long count)
    : all_(std::make_unique<All>()) {
  for (long i = 0; i < count; ++i) {
    all_->watchers.push_back(std::make_unique<Watcher>(context, port, path));
    all_->sockets.push_back({all_->watchers.back()->channel.descriptor(), POLLIN, 0});
  }
}

Watchers::~Watchers() = default;

void Watchers::wait_for(long events) {
  all_->wanted += events;
  std::size_t behind = 0;
  for (const auto& watcher : all_->watchers) behind += watcher->events < all_->wanted ? 1 : 0;
  while (behind > 0) {
    const int ready = ::poll(all_->sockets.data(), all_->sockets.size(), kPatienceMs);
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) fail(std::to_string(behind) + " watchers wait for events");
    for (std::size_t i = 0; i < all_->sockets.size(); ++i) {
      if (all_->sockets[i].revents == 0) continue;
      Watcher& watcher = *all_->watchers[i];
      const bool was_behind = watcher.events < all_->wanted;
      watcher.read();
      if (was_behind && watcher.events >= all_->wanted) --behind;
    }
  }
}

}  // namespace kaudit::e2e::load
