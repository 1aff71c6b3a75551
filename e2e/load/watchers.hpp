#pragma once

#include <string>

#include "e2e/load/channel.hpp"

namespace kaudit::e2e::load {

/// Many clients that watch, in one thread: opened first, then counted until each has its events.
class Watchers {
 public:
  /// Opens `count` watches and waits until all their answers have begun.
  Watchers(SSL_CTX* context, const std::string& port, const std::string& path, long count);
  ~Watchers();
  Watchers(const Watchers&) = delete;
  Watchers& operator=(const Watchers&) = delete;

  /// Waits until every one has `events` more; throws after a minute without any.
  void wait_for(long events);

 private:
  struct Watcher;
  struct All;
  std::unique_ptr<All> all_;
};

}  // namespace kaudit::e2e::load
