#pragma once

#include <atomic>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "backends/log/rotating_file.hpp"
#include "base/mutex.hpp"

namespace kaudit::backends {

/// Lets callers that come while a write is under way share the next one: each leaves its lines in a
/// queue and waits for its turn; the first to get it writes all that is there, and the others find
/// their lines written. A caller alone pays one uncontended lock and copies nothing.
///
/// Any thread. Lock order: turn_mutex_, then queue_mutex_.
class GroupCommit {
 public:
  /// Writes lines and says which of them did not get through. Called by one thread at a time.
  using Write = std::function<std::vector<LostLines>(std::string_view lines)>;

  /// Lines of several callers are written in pieces of at most this many bytes.
  static constexpr std::size_t kGroupBytes = std::size_t{1} << 20;

  explicit GroupCommit(Write write);

  /// Returns when these lines have been written or lost, in this call or another one's. The lines
  /// of one caller stand together, in the order in which the callers came. Throws std::bad_alloc
  /// when there is no memory for that.
  std::vector<LostLines> commit(std::string_view lines);

  /// How many callers wait for a write, the one writing not counted.
  std::size_t waiting() const noexcept { return waiting_.load(std::memory_order_relaxed); }

 private:
  struct Caller {
    std::string_view lines;
    // The leader's until done, then the caller's.
    std::vector<LostLines> lost{};
    bool no_memory = false;
    std::atomic<bool> done{false};
  };

  /// True: turn_mutex_ is held. False: the lines have been written meanwhile.
  bool wait_for_turn(const Caller& caller)
      KAUDIT_THREAD_SAFETY(try_acquire_capability(true, turn_mutex_)) KAUDIT_UNCHECKED;
  void lead() KAUDIT_REQUIRES(turn_mutex_);
  void write_together(std::span<Caller* const> callers) KAUDIT_REQUIRES(turn_mutex_);

  const Write write_;
  Mutex turn_mutex_;
  std::vector<Caller*> group_ KAUDIT_GUARDED_BY(turn_mutex_);
  std::string joined_ KAUDIT_GUARDED_BY(turn_mutex_);
  Mutex queue_mutex_;
  std::vector<Caller*> queue_ KAUDIT_GUARDED_BY(queue_mutex_);
  std::atomic<std::size_t> waiting_{0};
};

}  // namespace kaudit::backends
