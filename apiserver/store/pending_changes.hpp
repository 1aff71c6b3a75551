#pragma once

#include <atomic>
#include <string_view>
#include <utility>
#include <vector>

#include "apiserver/store/change.hpp"
#include "base/mutex.hpp"

namespace kaudit::apiserver::store {

/// The changes that an Observer has heard of and not looked at yet: committed() is called under the
/// store's lock and only notes them, settle() looks at them before the write is answered.
/// Thread-safe.
class PendingChanges {
 public:
  /// For committed().
  void add(const ChangePtr& change) {
    const Lock lock(mutex_);
    changes_.push_back(change);
    waiting_.store(true, std::memory_order_release);
  }

  /// For settle(): calls `take` with those there are, in their order, and not at the same time as
  /// another thread does. Who finds nothing left waits for the one who took its change.
  template <typename Take>
  void settle(const Take& take) {
    if (!waiting_.load(std::memory_order_acquire)) return;
    const Lock order(order_);
    std::vector<ChangePtr> changes;
    {
      const Lock lock(mutex_);
      changes.swap(changes_);
    }
    take(std::as_const(changes));
    const Lock lock(mutex_);
    if (changes_.empty()) waiting_.store(false, std::memory_order_release);
  }

 private:
  std::atomic<bool> waiting_{false};  ///< there may be some: other writes pass by without a lock
  Mutex order_;  ///< held while changes are read and handed on, so that none overtakes another
  Mutex mutex_;  ///< the last of all: the store's lock and order_ come before it
  std::vector<ChangePtr> changes_ KAUDIT_GUARDED_BY(mutex_);
};

}  // namespace kaudit::apiserver::store
