#include "audit/delivery_observer.hpp"

#include <utility>

namespace kaudit::audit {
namespace {

thread_local std::uint64_t this_threads_batch = 0;

}  // namespace

std::string_view text(DeliveryStep step) noexcept {
  switch (step) {
    case DeliveryStep::Queued:
      return "queued";
    case DeliveryStep::Batched:
      return "batched";
    case DeliveryStep::Retried:
      return "retried";
    case DeliveryStep::Truncated:
      return "truncated";
    case DeliveryStep::Lost:
      return "lost";
    case DeliveryStep::Acknowledged:
      return "acknowledged";
  }
  return "";
}

DeliveryTrace::Batch::Batch(std::uint64_t number) noexcept
    : before_(std::exchange(this_threads_batch, number)) {}

DeliveryTrace::Batch::~Batch() { this_threads_batch = before_; }

void DeliveryTrace::tell(DeliveryStep step, std::span<const EventPtr> events, std::uint32_t attempt,
                         std::string_view reason) const {
  observer_->observe({.step = step,
                      .backend = backend_,
                      .events = events,
                      .batch = this_threads_batch,
                      .attempt = attempt,
                      .reason = reason,
                      .at = Timestamp::now()});
}

}  // namespace kaudit::audit
