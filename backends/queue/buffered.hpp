#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "audit/counters.hpp"
#include "audit/delivery_observer.hpp"
#include "audit/sink.hpp"
#include "backends/decorators/decorator.hpp"
#include "backends/plugin_error.hpp"
#include "backends/queue/batch_plan.hpp"
#include "backends/queue/line_backlog.hpp"
#include "backends/queue/queue_figures.hpp"
#include "base/mutex.hpp"

namespace kaudit::backends {

struct BufferSettings {
  std::size_t capacity = 10'000;   ///< events that may wait
  std::size_t capacity_bytes = 0;  ///< of events that wait or are being delivered; 0: no bound
  BatchPlan::Settings batches{};
  /// Batches under way, each on a thread of its own, in any order. Lines go out one batch after the
  /// other.
  std::size_t max_in_flight = 1;
  /// About how many bytes of full batches that are due at the same time are handed to the delegate
  /// together, for one that gains by it, as a log does; they are counted as the batches that they
  /// are. 0: each by itself, as it is with a throttle. Who looks on is told of each.
  std::size_t together_bytes = 0;
  audit::DeliveryTrace trace{};
};

/// A bounded queue before a backend, and the threads that empty it in batches (audit-semantics 6.2,
/// 8.2, 8.3, 8.5). Owns the delegate. (k8s.io/apiserver plugin/pkg/audit/buffered)
///
/// Threads: process() takes a lock for the length of a push_back, never waits and always says yes;
/// what finds no room or comes too late is counted under plugin `buffered` and logged. The first
/// thread is made by start(), more when all are busy, `max_in_flight` at most: when they all
/// deliver, the queue fills up. Every thread does the same: wait until the plan says that a batch
/// is due, take it, leave the next one to another thread, deliver.
///
/// Before a delegate that takes lines (audit::ByLine) an event is made its line at once, on the
/// thread that has it, and the lines are all that waits. What is lost of them later is decoded to
/// be named, with times in microseconds.
///
/// Memory: events are held by pointer until the delegate is done with them; capacity_bytes bounds
/// them together (audit::memory_of), or the lines.
///
/// A full queue makes a full batch: no event is lost for waiting. So does half of the bytes, and
/// half of the events ends a rest.
///
/// Shutdown: what waits goes out at once, unthrottled; shutdown() returns when it is delivered or
/// lost. give_up() loses what still waits, and cuts the delegate short.
class Buffered final : public Decorator, public audit::PassingSink {
 public:
  Buffered(std::unique_ptr<audit::Backend> delegate, const BufferSettings& settings,
           audit::Counters& counters, SteadyClock clock = std::chrono::steady_clock::now);
  ~Buffered() override;

  Result<void> start() override;
  void shutdown() override;
  void give_up() noexcept override;
  bool process(std::span<const audit::EventPtr> events) override;
  bool may_wait() const noexcept override { return false; }
  audit::PassingSink* passing() noexcept override { return by_line_ == nullptr ? nullptr : this; }
  bool process_passing(const audit::Event& event) override;
  std::string describe() const override { return "buffered<" + delegate().describe() + ">"; }
  void report(audit::Report& to) const override;

  const QueueFigures& figures() const noexcept { return figures_; }

 private:
  struct Entry {
    audit::EventPtr event;
    std::size_t bytes;
  };
  enum class Pushed : std::uint8_t { Yes, Full, TooLate };
  Pushed push(audit::EventPtr event);
  Pushed push_line(const audit::Event& event);
  Pushed has_room(std::size_t bytes) const KAUDIT_REQUIRES(mutex_);
  bool added(std::size_t bytes) KAUDIT_REQUIRES(mutex_);
  bool must_wake() KAUDIT_REQUIRES(mutex_);
  bool too_full_to_rest() const KAUDIT_REQUIRES(mutex_);
  void lose(std::span<const audit::EventPtr> events, Pushed why);
  void lose_lines(std::span<const LineBacklog::Piece> pieces);

  struct Batch {
    std::vector<audit::EventPtr> events;    ///< or else
    std::vector<LineBacklog::Piece> lines;  ///< which are theirs
    std::size_t size = 0;                   ///< events
    std::size_t bytes = 0;
    std::uint64_t ticket = 0;  ///< of the first batch in it, in the order in which they were taken
  };

  void run();
  std::size_t wait_for_batch(Lock& lock) KAUDIT_REQUIRES(mutex_);
  void take(std::size_t events, Batch& batch) KAUDIT_REQUIRES(mutex_);
  std::size_t take_events(std::size_t events, Batch& batch) KAUDIT_REQUIRES(mutex_);
  std::size_t with_what_goes_together(std::size_t events) const KAUDIT_REQUIRES(mutex_);
  std::size_t batches_of(std::size_t events) const;
  void give_back(std::size_t bytes) KAUDIT_REQUIRES(mutex_);
  void let_another_collect() KAUDIT_REQUIRES(mutex_);
  void add_thread() KAUDIT_REQUIRES(mutex_);
  void deliver(const Batch& batch);
  void drain_and_join();

  audit::ByLine* const by_line_;  ///< the delegate; null: it is given events
  const BufferSettings settings_;
  const SteadyClock clock_;
  PluginErrors errors_;
  QueueFigures figures_;

  Mutex mutex_;
  Condition due_;
  BatchPlan plan_ KAUDIT_GUARDED_BY(mutex_);
  std::vector<Entry> incoming_ KAUDIT_GUARDED_BY(mutex_);  ///< the end of the queue
  std::vector<Entry> outgoing_ KAUDIT_GUARDED_BY(mutex_);  ///< its beginning, from next_ on
  std::size_t next_ KAUDIT_GUARDED_BY(mutex_) = 0;
  LineBacklog lines_ KAUDIT_GUARDED_BY(mutex_);        ///< instead of both
  std::size_t waiting_ KAUDIT_GUARDED_BY(mutex_) = 0;  ///< events
  std::size_t waiting_bytes_ KAUDIT_GUARDED_BY(mutex_) = 0;
  std::size_t held_bytes_ KAUDIT_GUARDED_BY(mutex_) = 0;  ///< those and what is being delivered
  std::vector<std::thread> threads_ KAUDIT_GUARDED_BY(mutex_);
  std::size_t thread_count_ KAUDIT_GUARDED_BY(mutex_) = 0;
  std::size_t idle_ KAUDIT_GUARDED_BY(mutex_) = 0;     ///< threads waiting for due_, and for events
  std::size_t resting_ KAUDIT_GUARDED_BY(mutex_) = 0;  ///< waiting for due_, whatever comes
  std::uint64_t tickets_ KAUDIT_GUARDED_BY(mutex_) = 0;
  bool stopped_ KAUDIT_GUARDED_BY(mutex_) = false;
};

}  // namespace kaudit::backends
