#include "audit/delivery_observer.hpp"

#include <algorithm>
#include <functional>

namespace kaudit::audit {
namespace {

thread_local const DeliveryTrace::Batch* this_threads_batch = nullptr;

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

DeliveryTrace::Batch::Batch(std::uint64_t number, std::span<const EventPtr> events,
                            std::size_t size) noexcept
    : number_(number), events_(events), size_(size), before_(this_threads_batch) {
  this_threads_batch = this;
}

DeliveryTrace::Batch::~Batch() { this_threads_batch = before_; }

DeliveryTrace::Batch::Part DeliveryTrace::Batch::part_of(
    std::span<const EventPtr> events) noexcept {
  const Batch* const batch = this_threads_batch;
  if (batch == nullptr) return {0, events.size()};
  const EventPtr* const begin = batch->events_.data();
  // Events that a decorator has changed lie elsewhere; such decorators get single batches.
  const bool divided = batch->size_ > 0 && std::greater_equal<>()(events.data(), begin) &&
                       std::less<>()(events.data(), begin + batch->events_.size());
  if (!divided) return {batch->number_, events.size()};
  const auto at = static_cast<std::size_t>(events.data() - begin);
  return {batch->number_ + at / batch->size_,
          std::min(events.size(), batch->size_ - at % batch->size_)};
}

void DeliveryTrace::tell(DeliveryStep step, std::span<const EventPtr> events, std::uint32_t attempt,
                         std::string_view reason) const {
  Timestamp now{};
  while (!events.empty()) {
    const auto [batch, count] = Batch::part_of(events);
    const auto part = events.first(count);
    events = events.subspan(count);
    if (std::ranges::all_of(part, [](const EventPtr& event) { return event->unobserved; })) {
      continue;
    }
    if (now.is_zero()) now = Timestamp::now();
    observer_->observe({.step = step,
                        .backend = backend_,
                        .events = part,
                        .batch = batch,
                        .attempt = attempt,
                        .reason = reason,
                        .at = now});
  }
}

}  // namespace kaudit::audit
