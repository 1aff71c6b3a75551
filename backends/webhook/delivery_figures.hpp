#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "backends/histogram.hpp"
#include "backends/queue/queue_figures.hpp"
#include "backends/webhook/loss_reason.hpp"

namespace kaudit::backends {

/// Counts what becomes of the lists that a webhook posts. Any thread.
class DeliveryFigures final : public DeliveryObserver {
 public:
  static constexpr std::array kReasons = {LossReason::Refused, LossReason::Network, LossReason::Tls,
                                          LossReason::Timeout, LossReason::Shutdown};

  void delivered(std::size_t events, std::size_t bytes, std::chrono::nanoseconds took) override {
    delivered_events.fetch_add(events, std::memory_order_relaxed);
    delivered_bytes.fetch_add(bytes, std::memory_order_relaxed);
    seconds.observe(std::chrono::duration<double>(took).count());
  }
  void retried() override { retries.fetch_add(1, std::memory_order_relaxed); }
  void lost(std::size_t events, LossReason reason) override {
    lost_[static_cast<std::size_t>(reason)].fetch_add(events, std::memory_order_relaxed);
  }

  std::uint64_t lost_events(LossReason reason) const noexcept {
    return lost_[static_cast<std::size_t>(reason)].load(std::memory_order_relaxed);
  }

  std::atomic<std::uint64_t> delivered_events{0};
  std::atomic<std::uint64_t> delivered_bytes{0};  ///< of the lists
  std::atomic<std::uint64_t> retries{0};
  Histogram seconds{kDeliverySecondsBounds};  ///< of lists that arrived, retries included

 private:
  std::array<std::atomic<std::uint64_t>, kReasons.size()> lost_{};
};

}  // namespace kaudit::backends
