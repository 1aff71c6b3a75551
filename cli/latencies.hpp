#pragma once

#include <array>
#include <cstdint>

namespace kaudit::cli {

/// Durations in one unit, micro- or nanoseconds say, kept as numbers in buckets of about 3 %, so
/// that memory does not grow. Not thread-safe.
class Latencies {
 public:
  void add(std::int64_t duration) noexcept;
  std::uint64_t count() const noexcept { return count_; }
  /// The duration that this share (0 to 1) of all do not exceed.
  std::int64_t percentile(double share) const noexcept;
  std::int64_t largest() const noexcept { return largest_; }

 private:
  static constexpr std::size_t kSubBuckets = 32;
  static constexpr std::size_t kBuckets = 60 * kSubBuckets;
  static std::size_t bucket_of(std::uint64_t value) noexcept;
  static std::uint64_t upper_end(std::size_t bucket) noexcept;

  std::array<std::uint64_t, kBuckets> numbers_{};
  std::uint64_t count_ = 0;
  std::int64_t largest_ = 0;
};

}  // namespace kaudit::cli
