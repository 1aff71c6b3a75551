#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "audit/report.hpp"
#include "backends/histogram.hpp"
#include "backends/webhook/loss_reason.hpp"

namespace kaudit::backends {

/// Counts what becomes of the lists that a webhook posts. Any thread.
class DeliveryFigures {
 public:
  /// A list arrived; `took` is from the first try on, retries included.
  void delivered(std::size_t events, std::size_t bytes, std::chrono::nanoseconds took);
  /// A POST failed and is tried again.
  void retried() { retries_.fetch_add(1, std::memory_order_relaxed); }
  void lost(std::size_t events, LossReason reason) {
    lost_[static_cast<std::size_t>(reason)].fetch_add(events, std::memory_order_relaxed);
  }

  void report(audit::Report& to) const;

  std::uint64_t delivered_events() const noexcept { return delivered_events_; }
  std::uint64_t retries() const noexcept { return retries_; }
  std::uint64_t lost_events(LossReason reason) const noexcept {
    return lost_[static_cast<std::size_t>(reason)];
  }

 private:
  static constexpr std::array kReasons = {LossReason::Refused, LossReason::Network, LossReason::Tls,
                                          LossReason::Timeout, LossReason::Shutdown};

  std::atomic<std::uint64_t> delivered_events_{0};
  std::atomic<std::uint64_t> delivered_bytes_{0};  ///< of the lists
  std::atomic<std::uint64_t> retries_{0};
  Histogram seconds_{kDeliverySecondsBounds};  ///< of lists that arrived, retries included
  std::array<std::atomic<std::uint64_t>, kReasons.size()> lost_{};
};

}  // namespace kaudit::backends
