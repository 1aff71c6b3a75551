#include "apiserver/api/access/role_feed.hpp"

#include <string_view>

namespace kaudit::apiserver::api {
namespace {

using authz::rbac::Edit;
using authz::rbac::Place;

constexpr std::string_view kGroupPrefix = "rbac.authorization.k8s.io/v1/";

Edit edit_of(const store::Change& change) {
  std::string_view resource = *change.key;
  resource.remove_prefix(kGroupPrefix.size());
  resource = resource.substr(0, resource.find('/'));
  const bool binding = resource.ends_with("bindings");
  if (change.type == store::Change::Type::Deleted) {
    const objects::ObjectMeta& meta = change.object->meta();
    return Place{binding ? Place::Kind::Binding : Place::Kind::Role, meta.ns, meta.name};
  }
  const objects::Json tree = change.object->tree();
  if (binding) return authz::rbac::read_binding(tree);
  return authz::rbac::read_role(tree);
}

}  // namespace

void RoleFeed::committed(const store::ChangePtr& change) {
  if (!change->key->starts_with(kGroupPrefix)) return;
  const Lock lock(pending_mutex_);
  pending_.push_back(change);
  waiting_.store(true, std::memory_order_release);
}

void RoleFeed::settle() noexcept {
  if (!waiting_.load(std::memory_order_acquire)) return;
  // Who finds nothing left waits here for the one who took its change.
  const Lock order(order_);
  std::vector<store::ChangePtr> changes;
  {
    const Lock lock(pending_mutex_);
    changes.swap(pending_);
  }
  std::vector<Edit> edits;
  edits.reserve(changes.size());
  for (const store::ChangePtr& change : changes) edits.push_back(edit_of(*change));
  index_->apply(std::move(edits));
  const Lock lock(pending_mutex_);
  if (pending_.empty()) waiting_.store(false, std::memory_order_release);
}

}  // namespace kaudit::apiserver::api
