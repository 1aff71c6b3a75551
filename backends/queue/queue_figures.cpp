#include "backends/queue/queue_figures.hpp"

namespace kaudit::backends {

void QueueFigures::report(audit::Report& to) const {
  to.gauge("audit_queue_events", "Events that wait before the backend.", waiting);
  to.gauge("audit_queue_capacity_events", "Events that may wait before the backend.", capacity);
  to.gauge("audit_queue_bytes", "Memory of the events that wait or are being delivered.",
           held_bytes);
  to.gauge("audit_queue_capacity_bytes",
           "Memory that the events that wait or are being delivered may take; 0: unbounded.",
           capacity_bytes);
  to.gauge("audit_in_flight_batches", "Batches that are being delivered.", batches_in_flight);
  to.gauge("audit_in_flight_events", "Events that are being delivered.", events_in_flight);
  to.histogram("audit_batch_events", "Events in a batch.", batch_events.distribution());
  to.histogram("audit_delivery_duration_seconds",
               "How long the backend took for a batch, retries included.",
               delivery_seconds.distribution());
  to.lost(kLostFull, lost_full);
  to.lost(kLostShutdown, lost_shutdown);
  to.pending += waiting + events_in_flight;
}

}  // namespace kaudit::backends
