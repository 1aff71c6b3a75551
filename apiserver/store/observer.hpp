#pragma once

#include "apiserver/store/change.hpp"

namespace kaudit::apiserver::store {

/// Hears of every change of a store, in their order and without gaps.
class Observer {
 public:
  Observer() = default;
  Observer(const Observer&) = delete;
  Observer& operator=(const Observer&) = delete;
  virtual ~Observer() = default;

  /// A change was made. Called under the store's lock: it notes the change and works later.
  virtual void committed(const ChangePtr& change) = 0;
  /// Called without the lock, before the write returns that made the change: the time to work, so
  /// that who has the answer to a write can rely on what followed from it.
  virtual void settle() noexcept = 0;
};

}  // namespace kaudit::apiserver::store
