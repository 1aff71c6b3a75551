#pragma once

#include <chrono>
#include <cstdint>

#include "base/mutex.hpp"

namespace kaudit::cli {

/// Bounds what all connections together hold. Any thread.
class ByteBudget {
 public:
  explicit ByteBudget(std::uint64_t most) : free_(most), most_(most) {}

  /// Takes so many bytes, waiting for others to give theirs back. False: not in time, or more than
  /// there is in all.
  bool take(std::uint64_t bytes, std::chrono::milliseconds patience) {
    if (bytes > most_) return false;
    Lock lock(mutex_);
    const auto fits = [this, bytes]() KAUDIT_REQUIRES(mutex_) { return free_ >= bytes; };
    if (!freed_.wait_for(lock, patience, fits)) return false;
    free_ -= bytes;
    return true;
  }
  void give_back(std::uint64_t bytes) {
    const Lock lock(mutex_);
    free_ += bytes;
    freed_.notify_all();
  }

 private:
  Mutex mutex_;
  Condition freed_;
  std::uint64_t free_ KAUDIT_GUARDED_BY(mutex_);
  const std::uint64_t most_;
};

/// A part of a budget that is given back with the object.
class BudgetShare {
 public:
  explicit BudgetShare(ByteBudget& budget) : budget_(budget) {}
  BudgetShare(const BudgetShare&) = delete;
  BudgetShare& operator=(const BudgetShare&) = delete;
  ~BudgetShare() { budget_.give_back(taken_); }

  /// Has at least so many bytes then, taken a megabyte at a time. False: the budget has not.
  bool cover(std::uint64_t bytes, std::chrono::milliseconds patience) {
    constexpr std::uint64_t kStep = std::uint64_t{1} << 20U;
    while (taken_ < bytes) {
      if (!budget_.take(kStep, patience)) return false;
      taken_ += kStep;
    }
    return true;
  }

 private:
  ByteBudget& budget_;
  std::uint64_t taken_ = 0;
};

}  // namespace kaudit::cli
