#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace kaudit::backends {

/// How often a value was how large, in the form of Prometheus' histograms. Any thread.
class Histogram {
 public:
  /// The upper bounds of the buckets, ascending; what is larger is counted all the same. They must
  /// outlive the histogram.
  explicit Histogram(std::span<const double> bounds);

  void observe(double value) noexcept;

  std::span<const double> bounds() const noexcept { return bounds_; }
  /// Observations in each bucket alone; the last, without a bound, is one more than bounds().
  std::vector<std::uint64_t> buckets() const;
  double sum() const noexcept { return sum_.load(std::memory_order_relaxed); }

 private:
  const std::span<const double> bounds_;
  std::vector<std::atomic<std::uint64_t>> buckets_;
  std::atomic<double> sum_{0};
};

}  // namespace kaudit::backends
