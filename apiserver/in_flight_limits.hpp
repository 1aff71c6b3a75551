#pragma once

#include <atomic>
#include <cstddef>
#include <utility>

namespace kaudit::apiserver {

/// How many requests may be under way at once: those that only read, and those that may change
/// something. Long-running ones are not counted. (--max-requests-inflight,
/// --max-mutating-requests-inflight; apiserver pkg/server/filters/maxinflight.go) Thread-safe.
struct InFlightLimits {
  class Counter {
   public:
    /// 0 = no limit.
    explicit Counter(std::size_t limit) : limit_(limit) {}
    /// False when all places are taken.
    bool take() noexcept {
      std::size_t taken = taken_.load(std::memory_order_relaxed);
      do {
        if (limit_ != 0 && taken >= limit_) return false;
      } while (!taken_.compare_exchange_weak(taken, taken + 1, std::memory_order_relaxed));
      return true;
    }
    void give_back() noexcept { taken_.fetch_sub(1, std::memory_order_relaxed); }

   private:
    const std::size_t limit_;
    std::atomic<std::size_t> taken_{0};
  };

  /// One of the places, for as long as a request needs it.
  class Place {
   public:
    explicit Place(Counter& counter) : counter_(counter.take() ? &counter : nullptr) {}
    Place(Place&& other) noexcept : counter_(std::exchange(other.counter_, nullptr)) {}
    Place& operator=(Place&&) = delete;
    ~Place() {
      if (counter_ != nullptr) counter_->give_back();
    }
    bool taken() const noexcept { return counter_ != nullptr; }

   private:
    Counter* counter_;
  };

  InFlightLimits(std::size_t reading_limit, std::size_t mutating_limit)
      : reading(reading_limit), mutating(mutating_limit) {}

  Counter reading;
  Counter mutating;
};

}  // namespace kaudit::apiserver
