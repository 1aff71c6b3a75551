#include "apiserver/api/delete/garbage_collector.hpp"

#include <algorithm>
#include <functional>
#include <string_view>
#include <utility>

#include "apiserver/api/delete/delete_plan.hpp"

namespace kaudit::apiserver::api {
namespace {

using boost::asio::awaitable;
using objects::Json;
using Task = CleanupQueue::Task;

bool has_finalizer(const Json& object, std::string_view name) {
  const Json* list = object.find("metadata")->find("finalizers");
  return list != nullptr && list->array() != nullptr &&
         std::ranges::any_of(*list->array(), [name](const Json& element) {
           return element.string() != nullptr && *element.string() == name;
         });
}

bool is_marked(const Json& object) {
  return object.find("metadata")->find("deletionTimestamp") != nullptr;
}

bool waits_for_dependents(const Json& object) {
  return is_marked(object) && has_finalizer(object, kForegroundFinalizer);
}

}  // namespace

void GarbageCollector::follow_removal(const ObjectRef& ref, const objects::Object& object) {
  options_.owners->forget(ref, object);
  for (ObjectRef& dependent : options_.owners->dependents(object.meta().uid)) {
    queue_.push(Task::Kind::Dependent, std::move(dependent));
  }
  for (Owner& owner : owners_of(*options_.definitions, ref, object)) {
    if (owner.ref.resource != nullptr) queue_.push(Task::Kind::Owner, std::move(owner.ref));
  }
}

awaitable<void> GarbageCollector::follow_marking(const ObjectRef& ref,
                                                 const objects::Object& object) {
  const Json tree = object.tree();
  const std::string& uid = object.meta().uid;
  if (has_finalizer(tree, kOrphanFinalizer)) {
    const std::set<std::string> owner{uid};
    for (const ObjectRef& dependent : options_.owners->dependents(uid)) {
      co_await disown(dependent, owner);
    }
    co_await queue_.drop_finalizer(ref, "metadata", kOrphanFinalizer);
  }
  if (has_finalizer(tree, kForegroundFinalizer)) {
    for (ObjectRef& dependent : options_.owners->dependents(uid)) {
      queue_.push(Task::Kind::Dependent, std::move(dependent));
    }
    queue_.push(Task::Kind::Owner, ref);
  }
}

awaitable<GarbageCollector::OwnerState> GarbageCollector::state_of(const Owner& owner) {
  if (owner.ref.resource == nullptr) co_return OwnerState::Solid;  // not ours to judge
  const auto found = co_await options_.store->get(owner.ref.key());
  if (!found || (*found)->meta().uid != owner.uid) co_return OwnerState::Absent;
  co_return waits_for_dependents((*found)->tree()) ? OwnerState::Waiting : OwnerState::Solid;
}

awaitable<void> GarbageCollector::collect(const ObjectRef& ref) {
  const auto found = co_await options_.store->get(ref.key());
  if (!found) co_return;
  const Json tree = (*found)->tree();
  if (is_marked(tree)) co_return;
  std::set<std::string> lost;
  bool solid = false;
  bool waiting = false;
  for (const Owner& owner : owners_of(*options_.definitions, ref, **found)) {
    const OwnerState state = co_await state_of(owner);
    solid = solid || state == OwnerState::Solid;
    waiting = waiting || state == OwnerState::Waiting;
    if (state != OwnerState::Solid) lost.insert(owner.uid);
  }
  if (lost.empty()) co_return;
  if (solid) {
    co_await disown(ref, lost);
    co_return;
  }
  DeleteRequest request;
  request.propagation = Propagation::Background;
  if (waiting && !options_.owners->dependents((*found)->meta().uid).empty()) {
    request.propagation = Propagation::Foreground;
  } else if (has_finalizer(tree, kOrphanFinalizer)) {
    request.propagation = Propagation::Orphan;
  }
  co_await queue_.erase(ref, request);
}

awaitable<void> GarbageCollector::release_owner(const ObjectRef& ref) {
  const auto found = co_await options_.store->get(ref.key());
  if (!found || !waits_for_dependents((*found)->tree())) co_return;
  const std::string& uid = (*found)->meta().uid;
  for (const ObjectRef& dependent : options_.owners->dependents(uid)) {
    const auto object = co_await options_.store->get(dependent.key());
    if (!object) continue;
    for (const Owner& owner : owners_of(*options_.definitions, dependent, **object)) {
      if (owner.uid == uid && owner.blocked) co_return;
    }
  }
  co_await queue_.drop_finalizer(ref, "metadata", kForegroundFinalizer);
}

awaitable<void> GarbageCollector::disown(const ObjectRef& ref, const std::set<std::string>& uids) {
  const std::function<bool(const Json&)> is_one = [&uids](const Json& owner) {
    return uids.contains(std::string(owner.text("uid")));
  };
  co_await queue_.drop_elements(ref, "metadata", "ownerReferences", is_one);
}

}  // namespace kaudit::apiserver::api
