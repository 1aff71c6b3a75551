#pragma once

#include <array>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace kaudit::cli {

/// Percentiles of durations, within an eighth, in memory that does not grow. Not thread-safe.
class LatencyFigures {
 public:
  void add(std::chrono::nanoseconds took) noexcept {
    const auto ns = static_cast<std::uint64_t>(took.count() > 0 ? took.count() : 0);
    ++count_.at(place_of(ns));
    ++all_;
    most_ = ns > most_ ? ns : most_;
  }
  std::uint64_t count() const noexcept { return all_; }
  std::chrono::nanoseconds most() const noexcept { return std::chrono::nanoseconds(most_); }
  /// What so many per cent did not take longer than.
  std::chrono::nanoseconds percentile(std::uint64_t percent) const noexcept {
    std::uint64_t left = (all_ * percent + 99) / 100;
    for (std::size_t place = 0; place < count_.size(); ++place) {
      if (count_[place] >= left) {
        const std::uint64_t bound = upper_bound(place);
        return std::chrono::nanoseconds(bound < most_ ? bound : most_);
      }
      left -= count_[place];
    }
    return most();
  }

 private:
  static constexpr unsigned kParts = 8;  // of each doubling

  static std::size_t place_of(std::uint64_t ns) noexcept {
    if (ns < kParts) return static_cast<std::size_t>(ns);
    const auto doubling = static_cast<unsigned>(std::bit_width(ns)) - 4;  // 8 … 15: none
    return (doubling + 1) * kParts + static_cast<std::size_t>((ns >> doubling) - kParts);
  }
  static std::uint64_t upper_bound(std::size_t place) noexcept {
    if (place < kParts) return place;
    const std::size_t doubling = place / kParts - 1;
    return ((place % kParts + kParts + 1) << doubling) - 1;
  }

  std::array<std::uint64_t, 62 * kParts> count_{};
  std::uint64_t all_ = 0;
  std::uint64_t most_ = 0;
};

}  // namespace kaudit::cli
