#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "audit/event.hpp"
#include "base/text/timestamp.hpp"

namespace kaudit::audit {

/// What may happen to an event on its way through a backend.
enum class DeliveryStep : std::uint8_t {
  Queued,        ///< waits in the backend's queue
  Batched,       ///< taken out of it, together with others
  Retried,       ///< its delivery failed and is tried again
  Truncated,     ///< goes on as a copy without its bodies
  Lost,          ///< will not be delivered by this backend
  Acknowledged,  ///< delivered: written, or taken by the receiver
};
/// `queued`, `batched`, …
std::string_view text(DeliveryStep step) noexcept;

/// One step of some events. All but the step may be looked at only while observe() runs.
struct Delivery {
  DeliveryStep step;
  std::string_view backend;          ///< `log`, `webhook`, …
  std::span<const EventPtr> events;  ///< a truncated event keeps its audit ID and stage, no more
  std::uint64_t batch = 0;           ///< counted from 1 in each backend; 0: there is no queue
  std::uint32_t attempt = 0;         ///< the try that is meant, from 1; of a retry the coming one
  std::string_view reason{};         ///< of a loss, as metrics name it
  Timestamp at{};
};

/// Sees what becomes of every event in every backend, without touching it: for pages and traces
/// that make the way visible.
///
/// observe() is called on the threads that serve requests and deliver, many at once, at times with
/// a queue's lock held: it must be quick, must not throw and must not call the pipeline. The steps
/// of one event in one backend come in their order. Of steps that none of the events is to be
/// observed at (Event::unobserved) nothing is told.
class DeliveryObserver {
 public:
  DeliveryObserver() = default;
  DeliveryObserver(const DeliveryObserver&) = delete;
  DeliveryObserver& operator=(const DeliveryObserver&) = delete;
  virtual ~DeliveryObserver() = default;

  virtual void observe(const Delivery& delivery) noexcept = 0;
};

/// One backend's way to the observer. Default constructed there is none, and each step costs one
/// comparison. Any thread; the observer must outlive it.
class DeliveryTrace {
 public:
  DeliveryTrace() = default;
  DeliveryTrace(DeliveryObserver* observer, std::string backend)
      : observer_(observer), backend_(std::move(backend)) {}

  bool is_on() const noexcept { return observer_ != nullptr; }

  void note(DeliveryStep step, std::span<const EventPtr> events, std::uint32_t attempt = 0) const {
    if (is_on() && !events.empty()) tell(step, events, attempt, {});
  }
  void lost(std::span<const EventPtr> events, std::string_view reason,
            std::uint32_t attempt = 0) const {
    if (is_on() && !events.empty()) tell(DeliveryStep::Lost, events, attempt, reason);
  }

  /// While it lives, what this thread notes is of that batch: a batch is delivered on one thread,
  /// and process() says nothing of numbers. Where several were handed on in one call, as `events`
  /// with `size` in each, they are told of one by one, with numbers from `number` up.
  class Batch {
   public:
    explicit Batch(std::uint64_t number, std::span<const EventPtr> events = {},
                   std::size_t size = 0) noexcept;
    Batch(const Batch&) = delete;
    Batch& operator=(const Batch&) = delete;
    ~Batch();

   private:
    friend class DeliveryTrace;
    struct Part {
      std::uint64_t number;
      std::size_t events;
    };
    /// The batch of the first of these events, and how many of them are of it.
    static Part part_of(std::span<const EventPtr> events) noexcept;

    const std::uint64_t number_;
    const std::span<const EventPtr> events_;
    const std::size_t size_;
    const Batch* const before_;
  };

 private:
  void tell(DeliveryStep step, std::span<const EventPtr> events, std::uint32_t attempt,
            std::string_view reason) const;

  DeliveryObserver* observer_ = nullptr;
  std::string backend_;
};

}  // namespace kaudit::audit
