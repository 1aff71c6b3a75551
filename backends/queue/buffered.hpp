#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
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
#include "backends/queue/queue_figures.hpp"

namespace kaudit::backends {

struct BufferSettings {
  std::size_t capacity = 10'000;   ///< events that may wait
  std::size_t capacity_bytes = 0;  ///< of events that wait or are being delivered; 0: no bound
  BatchPlan::Settings batches{};
  /// Batches under way, each on a thread of its own. Where the delegate encodes ahead they are
  /// encoded at once, but delivered one after the other, in their order; else they are delivered at
  /// once, in any order.
  std::size_t max_in_flight = 1;
  audit::DeliveryTrace trace{};
};

/// A bounded queue before a backend, and the threads that empty it in batches (audit-semantics 6.2,
/// 8.2, 8.3, 8.5). Owns the delegate. (k8s.io/apiserver
/// plugin/pkg/audit/buffered)
///
/// Threads: process() takes a lock for the length of a push_back, never waits and always says yes;
/// what finds no room or comes too late is counted under plugin `buffered` and told. The first
/// thread is made by start(), more when all are busy, `max_in_flight` at most: when they all
/// deliver, the queue fills up. Every thread does the same: wait until the plan says that a batch
/// is due, take it, let somebody else see to the next one, deliver.
///
/// Memory: events are held by pointer until the delegate is done with them; capacity_bytes bounds
/// them together (audit::memory_of).
///
/// A full queue makes a full batch: no event is lost for waiting. So does half of the bytes.
///
/// Shutdown: what waits goes out at once, unthrottled; shutdown() returns when it is delivered or
/// lost. give_up() loses what still waits, and cuts the delegate short.
class Buffered final : public Decorator {
 public:
  Buffered(std::unique_ptr<audit::Backend> delegate, const BufferSettings& settings,
           audit::Counters& counters, SteadyClock clock = std::chrono::steady_clock::now);
  ~Buffered() override;

  Result<void> start() override;
  void shutdown() override;
  void give_up() noexcept override;
  bool process(std::span<const audit::EventPtr> events) override;
  bool may_wait() const noexcept override { return false; }
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
  bool makes_a_batch_due();
  void lose(std::span<const audit::EventPtr> events, Pushed why);

  struct Batch {
    std::vector<audit::EventPtr> events;
    std::size_t bytes = 0;
    std::uint64_t ticket = 0;  ///< batches in the order in which they were taken
  };

  void run();
  std::size_t wait_for_batch(std::unique_lock<std::mutex>& lock);
  void take(std::size_t events, Batch& batch);
  void give_back(std::size_t bytes);
  void let_another_collect();
  void add_thread();
  void deliver(const Batch& batch);
  void deliver_in_turn(const Batch& batch);
  void drain_and_join();

  const BufferSettings settings_;
  audit::EncodesAhead* const ahead_;  ///< null: batches are delivered in one step
  const SteadyClock clock_;
  PluginErrors errors_;
  QueueFigures figures_;

  std::mutex mutex_;
  std::condition_variable due_;
  // Guarded by mutex_.
  BatchPlan plan_;
  std::vector<Entry> incoming_;  ///< the end of the queue
  std::vector<Entry> outgoing_;  ///< its beginning, from next_ on
  std::size_t next_ = 0;
  std::size_t waiting_ = 0;  ///< events in both
  std::size_t waiting_bytes_ = 0;
  std::size_t held_bytes_ = 0;  ///< those and what is being delivered
  std::vector<std::thread> threads_;
  std::size_t thread_count_ = 0;
  std::size_t idle_ = 0;  ///< threads waiting for due_
  std::uint64_t tickets_ = 0;
  bool stopped_ = false;

  std::mutex turn_mutex_;
  std::condition_variable turn_came_;
  std::uint64_t turn_ = 0;  ///< the ticket whose batch may go on; guarded by turn_mutex_
};

}  // namespace kaudit::backends
