#include "apiserver/api/delete/cleanup_queue.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

#include "apiserver/api/delete/delete_plan.hpp"
#include "apiserver/api/object_version.hpp"
#include "apiserver/api/write/object_rules.hpp"

namespace kaudit::apiserver::api {

using boost::asio::awaitable;
using objects::Json;
using objects::ObjectPtr;

void CleanupQueue::follow(ObjectRef ref, Deletion deletion) {
  tasks_.push_back({deletion.gone ? Task::Kind::Gone : Task::Kind::Marked, std::move(ref),
                    std::move(deletion.object)});
}

void CleanupQueue::push(Task::Kind kind, ObjectRef ref) {
  tasks_.push_back({kind, std::move(ref), nullptr});
}

std::optional<CleanupQueue::Task> CleanupQueue::next() {
  if (tasks_.empty()) return std::nullopt;
  std::optional<Task> task = std::move(tasks_.front());
  tasks_.pop_front();
  return task;
}

awaitable<void> CleanupQueue::erase(const ObjectRef& ref, const DeleteRequest& request) {
  for (;;) {
    const auto current = co_await options_.store->get(ref.key());
    if (!current) co_return;
    auto deletion = co_await try_delete(options_, ref, *current, request);
    if (deletion) {
      follow(ref, *std::move(deletion));
      co_return;
    }
    if (deletion.error() != store::Refusal::Changed) co_return;
  }
}

awaitable<void> CleanupQueue::change(const ObjectRef& ref, const Change& apply) {
  store::Store& store = *options_.store;
  const std::string key = ref.key();
  for (;;) {
    const auto current = co_await store.get(key);
    if (!current) co_return;
    Json tree = (*current)->tree();
    apply(tree);
    normalise_metadata(*ref.resource, tree);
    const bool goes = ready_to_go(tree);
    const std::uint64_t version = (*current)->meta().resource_version;
    store::Outcome<ObjectPtr> stored;
    if (goes) {
      stored = co_await store.remove(key, version);
    } else {
      stored = co_await store.update(key, draft_of(*ref.resource, tree), version);
    }
    if (!stored && stored.error() == store::Refusal::Changed) continue;
    if (!stored) co_return;
    if (goes) {
      follow(ref, Deletion(*stored, true));
    } else {
      options_.owners->replace(ref, **current, **stored);
    }
    co_return;
  }
}

awaitable<void> CleanupQueue::drop_elements(const ObjectRef& ref, std::string_view part,
                                            std::string_view list,
                                            const std::function<bool(const Json&)>& drop) {
  const Change without = [part, list, &drop](Json& tree) {
    Json* const parent = tree.find(part);
    Json* const given = parent != nullptr ? parent->find(list) : nullptr;
    if (given == nullptr || given->array() == nullptr) return;
    std::erase_if(*given->array(), drop);
    if (given->array()->empty()) parent->erase(list);
  };
  co_await change(ref, without);
}

awaitable<void> CleanupQueue::drop_finalizer(const ObjectRef& ref, std::string_view part,
                                             std::string_view name) {
  const std::function<bool(const Json&)> is_it = [name](const Json& finalizer) {
    return finalizer.string() != nullptr && *finalizer.string() == name;
  };
  co_await drop_elements(ref, part, "finalizers", is_it);
}

}  // namespace kaudit::apiserver::api
