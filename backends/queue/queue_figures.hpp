#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "audit/report.hpp"
#include "backends/histogram.hpp"

namespace kaudit::backends {

inline constexpr std::array<double, 9> kBatchEventsBounds = {1,   3,    10,   30,   100,
                                                             300, 1000, 3000, 10000};

// Why events were lost, as labels of metrics.
inline constexpr std::string_view kLostFull = "queue_full";
inline constexpr std::string_view kLostShutdown = "queue_shutdown";

/// What goes on in a queue before a backend. Written by several threads, read by any.
struct QueueFigures {
  std::size_t capacity = 0;        ///< events that may wait
  std::size_t capacity_bytes = 0;  ///< of events that wait or are being delivered; 0: no bound

  std::atomic<std::size_t> waiting{0};            ///< events
  std::atomic<std::size_t> held_bytes{0};         ///< of events that wait or are being delivered
  std::atomic<std::size_t> batches_in_flight{0};  ///< being delivered
  std::atomic<std::size_t> events_in_flight{0};
  std::atomic<std::uint64_t> lost_full{0};      ///< events that found no room
  std::atomic<std::uint64_t> lost_shutdown{0};  ///< events that came too late or were given up
  Histogram batch_events{kBatchEventsBounds};
  /// From when a batch is taken out of the queue until the backend is done with it, one way or the
  /// other.
  Histogram delivery_seconds{kDeliverySecondsBounds};

  void report(audit::Report& to) const;
};

}  // namespace kaudit::backends
