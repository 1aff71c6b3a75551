#pragma once

#include <atomic>
#include <chrono>

#include "backends/descriptor.hpp"
#include "backends/plugin_error.hpp"

namespace kaudit::backends::webhook {

/// Ends waits from another thread, once and for all. What waits on sockets polls descriptor()
/// beside them. Any thread.
class Cancellation {
 public:
  /// Throws std::system_error when the system has no descriptor left.
  Cancellation();

  void cancel() noexcept;
  bool is_cancelled() const noexcept { return cancelled_.load(std::memory_order_acquire); }
  /// Sleeps until then, or until it is cancelled.
  void wait_until(SteadyTime time) const;
  /// Readable once it is cancelled, and for ever after.
  int descriptor() const noexcept { return event_.get(); }

 private:
  std::atomic<bool> cancelled_{false};
  Descriptor event_;
};

/// How long an operation may take, and what ends it earlier. The cancellation must outlive it.
struct Patience {
  SteadyTime deadline;
  const Cancellation& cancellation;
};

/// What a wait for a socket came to.
enum class Readiness { Ready, Deadline, Cancelled };
/// Waits until the socket has one of poll(2)'s `events`; what it has is in `*got` when not null.
Readiness wait_for(int socket, short events, const Patience& patience, short* got = nullptr);

}  // namespace kaudit::backends::webhook
