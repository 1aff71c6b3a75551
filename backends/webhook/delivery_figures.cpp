#include "backends/webhook/delivery_figures.hpp"

namespace kaudit::backends {

void DeliveryFigures::delivered(std::size_t events, std::size_t bytes,
                                std::chrono::nanoseconds took) {
  delivered_events_.fetch_add(events, std::memory_order_relaxed);
  delivered_bytes_.fetch_add(bytes, std::memory_order_relaxed);
  seconds_.observe(std::chrono::duration<double>(took).count());
}

void DeliveryFigures::report(audit::Report& to) const {
  to.histogram("audit_delivery_duration_seconds",
               "How long the backend took for a batch, retries included.", seconds_.distribution());
  to.counter("audit_delivered_events_total", "Events that the receiver took.", delivered_events_);
  to.counter("audit_delivered_bytes_total", "Bytes of lists that the receiver took.",
             delivered_bytes_);
  to.counter("audit_retries_total", "Requests that failed and were tried again.", retries_);
  for (const LossReason reason : kReasons) to.lost(text(reason), lost_events(reason));
}

}  // namespace kaudit::backends
