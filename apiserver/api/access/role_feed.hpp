#pragma once

#include <memory>
#include <utility>

#include "apiserver/authz/rbac/index.hpp"
#include "apiserver/store/observer.hpp"
#include "apiserver/store/pending_changes.hpp"

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
  store::PendingChanges pending_;
};

}  // namespace kaudit::apiserver::api
