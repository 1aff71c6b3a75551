#pragma once

#include <atomic>
#include <memory>
#include <utility>
#include <vector>

#include "apiserver/authz/rbac/index.hpp"
#include "apiserver/store/observer.hpp"
#include "base/mutex.hpp"

namespace kaudit::apiserver::api {

/// Tells the index of mode RBAC of every role and binding that the store holds, in the order of the
/// changes. Once a write has been answered, the decisions that follow heed it. Thread-safe.
class RoleFeed final : public store::Observer {
 public:
  explicit RoleFeed(std::shared_ptr<authz::rbac::Index> index) : index_(std::move(index)) {}

  void committed(const store::ChangePtr& change) override;
  void settle() noexcept override;

 private:
  const std::shared_ptr<authz::rbac::Index> index_;
  std::atomic<bool> waiting_{false};  ///< there may be some: other writes pass by without a lock
  Mutex order_;  ///< held while changes are read and handed on, so that none overtakes another
  Mutex pending_mutex_;  ///< the last of all: the store's lock and order_ come before it
  std::vector<store::ChangePtr> pending_ KAUDIT_GUARDED_BY(pending_mutex_);
};

}  // namespace kaudit::apiserver::api
