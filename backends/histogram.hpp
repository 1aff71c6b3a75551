#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "audit/report.hpp"

namespace kaudit::backends {

/// Of the time a backend takes for a batch, in seconds.
inline constexpr std::array<double, 10> kDeliverySecondsBounds = {0.0001, 0.001, 0.005, 0.025, 0.1,
                                                                  0.5,    2.5,   10,    30,    120};

/// How often a value was how large, in the form of Prometheus' histograms. Any thread.
class Histogram {
 public:
  /// The upper bounds of the buckets, ascending; what is larger is counted all the same. They must
  /// outlive the histogram.
  explicit Histogram(std::span<const double> bounds);

  void observe(double value, std::uint64_t times = 1) noexcept;

  std::span<const double> bounds() const noexcept { return bounds_; }
  /// Observations in each bucket alone; the last, without a bound, is one more than bounds().
  std::vector<std::uint64_t> buckets() const;
  double sum() const noexcept { return sum_.load(std::memory_order_relaxed); }
  /// The same as a report has it.
  audit::Distribution distribution() const { return {bounds_, buckets(), sum()}; }

 private:
  const std::span<const double> bounds_;
  std::vector<std::atomic<std::uint64_t>> buckets_;
  std::atomic<double> sum_{0};
};

}  // namespace kaudit::backends
