#include "apiserver/api/custom/definition_feed.hpp"

#include <string_view>

#include "apiserver/custom/definition.hpp"

namespace kaudit::apiserver::api {

void DefinitionFeed::committed(const store::ChangePtr& change) {
  if (!change->key->starts_with(kDefinitionKeys)) return;
  const Lock lock(pending_mutex_);
  pending_.push_back(change);
  waiting_.store(true, std::memory_order_release);
}

void DefinitionFeed::settle() noexcept {
  if (!waiting_.load(std::memory_order_acquire)) return;
  // Who finds nothing left waits here for the one who took its change.
  const Lock order(order_);
  std::vector<store::ChangePtr> changes;
  {
    const Lock lock(pending_mutex_);
    changes.swap(pending_);
  }
  for (const store::ChangePtr& change : changes) {
    if (change->type == store::Change::Type::Deleted) {
      registry_->remove(change->object->meta().name);
    } else {
      registry_->put(custom::read_definition(*change->object));
    }
  }
  const Lock lock(pending_mutex_);
  if (pending_.empty()) waiting_.store(false, std::memory_order_release);
}

}  // namespace kaudit::apiserver::api
