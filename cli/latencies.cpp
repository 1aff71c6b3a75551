#include "cli/latencies.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace kaudit::cli {

// Values below 32 have a bucket each; above, each power of two has 32.
std::size_t Latencies::bucket_of(std::uint64_t value) noexcept {
  if (value < kSubBuckets) return static_cast<std::size_t>(value);
  const int power =
      static_cast<int>(std::bit_width(value)) - 6;  // of what is left when 32 to 63 are kept
  const std::uint64_t top = value >> power;         // 32 .. 63
  const std::size_t bucket = static_cast<std::size_t>(power + 1) * kSubBuckets +
                             static_cast<std::size_t>(top - kSubBuckets);
  return std::min(bucket, kBuckets - 1);
}

std::uint64_t Latencies::upper_end(std::size_t bucket) noexcept {
  if (bucket < kSubBuckets) return bucket;
  const std::size_t power = bucket / kSubBuckets - 1;
  const std::uint64_t top = bucket % kSubBuckets + kSubBuckets;
  return ((top + 1) << power) - 1;
}

void Latencies::add(std::int64_t duration) noexcept {
  duration = std::max<std::int64_t>(duration, 0);
  ++numbers_[bucket_of(static_cast<std::uint64_t>(duration))];
  ++count_;
  largest_ = std::max(largest_, duration);
}

std::int64_t Latencies::percentile(double share) const noexcept {
  const auto wanted = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count_)));
  std::uint64_t seen = 0;
  for (std::size_t bucket = 0; bucket < kBuckets; ++bucket) {
    seen += numbers_[bucket];
    if (seen >= std::max<std::uint64_t>(wanted, 1)) {
      return std::min(static_cast<std::int64_t>(upper_end(bucket)), largest_);
    }
  }
  return largest_;
}

}  // namespace kaudit::cli
