#include "apiserver/api/delete/cleanup.hpp"

#include <algorithm>
#include <cstdint>
#include <deque>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "apiserver/api/cluster/reactions.hpp"
#include "apiserver/api/custom/definition_reactions.hpp"
#include "apiserver/api/delete/delete_plan.hpp"
#include "apiserver/api/delete/namespaces.hpp"
#include "apiserver/api/object_version.hpp"
#include "apiserver/api/write/object_rules.hpp"

namespace kaudit::apiserver::api {
namespace {

using boost::asio::awaitable;
using objects::Json;
using objects::ObjectPtr;

bool has_finalizer(const Json& object, std::string_view name) {
  const Json* list = object.find("metadata")->find("finalizers");
  return list != nullptr && list->array() != nullptr &&
         std::any_of(list->array()->begin(), list->array()->end(), [name](const Json& element) {
           return element.string() != nullptr && *element.string() == name;
         });
}

bool is_marked(const Json& object) {
  return object.find("metadata")->find("deletionTimestamp") != nullptr;
}

// Removes the elements that `drop` picks, and an array that is then empty.
template <typename Drop>
void erase_from(Json& parent, std::string_view member, Drop drop) {
  Json* list = parent.find(member);
  if (list == nullptr || list->array() == nullptr) return;
  auto& elements = *list->array();
  elements.erase(std::remove_if(elements.begin(), elements.end(), drop), elements.end());
  if (elements.empty()) parent.erase(member);
}

/// Works through what follows from a deletion; a queue, because a client decides how deep owners
/// nest.
class Cleanup {
 public:
  explicit Cleanup(const ApiOptions& options) : options_(options), store_(*options.store) {}

  void follow(ObjectRef ref, Deletion deletion) {
    tasks_.push_back({deletion.gone ? Task::Kind::Gone : Task::Kind::Marked, std::move(ref),
                      std::move(deletion.object)});
  }

  awaitable<void> run() {
    while (!tasks_.empty()) {
      const Task task = std::move(tasks_.front());
      tasks_.pop_front();
      switch (task.kind) {
        case Task::Kind::Gone:
          follow_removal(task);
          co_await react(options_, task.ref, task.object, nullptr);
          break;
        case Task::Kind::Marked:
          co_await follow_marking(task);
          break;
        case Task::Kind::Dependent:
          co_await collect(task.ref);
          break;
        case Task::Kind::Owner:
          co_await release_owner(task.ref);
          break;
        case Task::Kind::Namespace:
          co_await release_namespace(task.ref);
          break;
        case Task::Kind::Definition:
          co_await release_definition(task.ref);
          break;
      }
    }
  }

 private:
  struct Task {
    enum class Kind : std::uint8_t {
      Gone,        // an object is: look at what it owned, blocked, and was in
      Marked,      // an object's deletion has begun: do what its finalizers ask of us
      Dependent,   // one of its owners is gone or waits for it
      Owner,       // perhaps nothing is left that it waits for
      Namespace,   // perhaps nothing is left in it
      Definition,  // perhaps no object of it is left
    };
    Kind kind;
    ObjectRef ref;
    ObjectPtr object;
  };

  void push(Task::Kind kind, ObjectRef ref) { tasks_.push_back({kind, std::move(ref), nullptr}); }

  void follow_removal(const Task& task) {
    options_.owners->forget(task.ref, *task.object);
    if (task.ref.resource->kind == "Pod") options_.pod_files->forget(task.object->meta().uid);
    for (ObjectRef& dependent : options_.owners->dependents(task.object->meta().uid)) {
      push(Task::Kind::Dependent, std::move(dependent));
    }
    for (Owner& owner : owners_of(*options_.definitions, task.ref, *task.object)) {
      if (owner.ref.resource != nullptr) push(Task::Kind::Owner, std::move(owner.ref));
    }
    if (task.ref.resource->is_custom()) {
      const objects::Resource& resource = *task.ref.resource;
      const auto definition = options_.definitions->find(resource.group, resource.name);
      if (definition && definition->terminating) {
        push(Task::Kind::Definition, definition_ref(definition->name));
      }
    }
    if (task.ref.resource->namespaced()) {
      push(Task::Kind::Namespace, namespace_ref(task.ref.ns));
    }
  }

  awaitable<void> follow_marking(const Task& task) {
    const Json tree = task.object->tree();
    if (task.ref.resource == namespace_ref("").resource) {
      co_await empty_namespace(task.ref.name);
      push(Task::Kind::Namespace, task.ref);
    }
    if (is_definition(*task.ref.resource)) {
      co_await empty_definition(task.ref.name);
      push(Task::Kind::Definition, task.ref);
    }
    const std::string& uid = task.object->meta().uid;
    if (has_finalizer(tree, kOrphanFinalizer)) {
      const std::set<std::string> owner{uid};
      for (const ObjectRef& dependent : options_.owners->dependents(uid)) {
        co_await disown(dependent, owner);
      }
      co_await drop_finalizer(task.ref, kOrphanFinalizer);
    }
    if (has_finalizer(tree, kForegroundFinalizer)) {
      for (ObjectRef& dependent : options_.owners->dependents(uid)) {
        push(Task::Kind::Dependent, std::move(dependent));
      }
      push(Task::Kind::Owner, task.ref);
    }
  }

  enum class OwnerState : std::uint8_t { Solid, Waiting, Absent };

  awaitable<OwnerState> state_of(const Owner& owner) {
    if (owner.ref.resource == nullptr) co_return OwnerState::Solid;  // not ours to judge
    const auto found = co_await store_.get(owner.ref.key());
    if (!found || (*found)->meta().uid != owner.uid) co_return OwnerState::Absent;
    const Json tree = (*found)->tree();
    const bool waits = is_marked(tree) && has_finalizer(tree, kForegroundFinalizer);
    co_return waits ? OwnerState::Waiting : OwnerState::Solid;
  }

  // A dependent keeps its other owners; with none left it goes.
  awaitable<void> collect(const ObjectRef& ref) {
    const auto found = co_await store_.get(ref.key());
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
    co_await erase(ref, request);
  }

  awaitable<void> erase(const ObjectRef& ref, const DeleteRequest& request) {
    for (;;) {
      const auto current = co_await store_.get(ref.key());
      if (!current) co_return;
      auto deletion = co_await try_delete(options_, ref, *current, request);
      if (deletion) {
        follow(ref, *std::move(deletion));
        co_return;
      }
      if (deletion.error() != store::Refusal::Changed) co_return;
    }
  }

  // Changes an object, even if others change it at the same time. Removes it when nothing holds it
  // any more.
  template <typename Change>
  awaitable<void> change(const ObjectRef& ref, Change apply) {
    const std::string key = ref.key();
    for (;;) {
      const auto current = co_await store_.get(key);
      if (!current) co_return;
      Json tree = (*current)->tree();
      apply(tree);
      normalise_metadata(*ref.resource, tree);
      const bool goes = ready_to_go(tree);
      const std::uint64_t version = (*current)->meta().resource_version;
      store::Outcome<ObjectPtr> stored;
      if (goes) {
        stored = co_await store_.remove(key, version);
      } else {
        stored = co_await store_.update(key, draft_of(*ref.resource, tree), version);
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

  awaitable<void> disown(const ObjectRef& ref, const std::set<std::string>& uids) {
    co_await change(ref, [&uids](Json& tree) {
      erase_from(*tree.find("metadata"), "ownerReferences", [&uids](const Json& owner) {
        return uids.contains(std::string(owner.text("uid")));
      });
    });
  }

  awaitable<void> drop_finalizer(const ObjectRef& ref, std::string_view name) {
    co_await change(ref, [name](Json& tree) {
      erase_from(*tree.find("metadata"), "finalizers", [name](const Json& finalizer) {
        return finalizer.string() != nullptr && *finalizer.string() == name;
      });
    });
  }

  awaitable<void> release_owner(const ObjectRef& ref) {
    const auto found = co_await store_.get(ref.key());
    if (!found) co_return;
    const Json tree = (*found)->tree();
    if (!is_marked(tree) || !has_finalizer(tree, kForegroundFinalizer)) co_return;
    const std::string& uid = (*found)->meta().uid;
    for (const ObjectRef& dependent : options_.owners->dependents(uid)) {
      const auto object = co_await store_.get(dependent.key());
      if (!object) continue;
      for (const Owner& owner : owners_of(*options_.definitions, dependent, **object)) {
        if (owner.uid == uid && owner.blocked) co_return;
      }
    }
    co_await drop_finalizer(ref, kForegroundFinalizer);
  }

  std::vector<const objects::Resource*> namespaced_resources() const {
    std::vector<const objects::Resource*> all;
    for (const objects::Resource& resource : objects::all_resources()) {
      if (resource.namespaced()) all.push_back(&resource);
    }
    for (const custom::DefinitionPtr& definition : options_.definitions->established()) {
      const objects::Resource& resource = *definition->storage_version().resource;
      if (resource.namespaced()) all.push_back(&resource);
    }
    return all;
  }

  awaitable<void> empty_namespace(const std::string& ns) {
    DeleteRequest request;
    request.propagation = Propagation::Background;
    request.grace_period_seconds = 0;  // nobody is there to end its Pods
    for (const objects::Resource* resource : namespaced_resources()) {
      const store::ListRequest everything{store_prefix(*resource, ns), "", 0};
      const auto page = co_await store_.list(everything);
      if (!page) continue;
      for (const ObjectPtr& object : page->objects) {
        const ObjectRef ref{resource, ns, object->meta().name};
        co_await erase(ref, request);
      }
    }
  }

  awaitable<bool> is_empty(const std::string& ns) {
    for (const objects::Resource* resource : namespaced_resources()) {
      const store::ListRequest first{store_prefix(*resource, ns), "", 1};
      const auto page = co_await store_.list(first);
      if (page && !page->objects.empty()) co_return false;
    }
    co_return true;
  }

  awaitable<void> release_namespace(const ObjectRef& ref) {
    const auto found = co_await store_.get(ref.key());
    if (!found || !is_terminating(**found)) co_return;
    if (!co_await is_empty(ref.name)) co_return;
    co_await change(ref, [](Json& tree) {
      Json* spec = tree.find("spec");
      if (spec == nullptr) return;
      erase_from(*spec, "finalizers", [](const Json& finalizer) {
        return finalizer.string() != nullptr && *finalizer.string() == "kubernetes";
      });
    });
  }

  static ObjectRef definition_ref(const std::string& name) {
    return {objects::find_kind("apiextensions.k8s.io/v1", "CustomResourceDefinition"), "", name};
  }

  // Of the objects that a definition defines; nothing for one that never served any.
  awaitable<std::vector<ObjectPtr>> objects_of(const objects::Resource* resource,
                                               std::size_t limit) {
    if (resource == nullptr) co_return std::vector<ObjectPtr>();
    const store::ListRequest request{store_prefix(*resource, ""), "", limit};
    auto page = co_await store_.list(request);
    if (!page) co_return std::vector<ObjectPtr>();
    co_return std::move(page->objects);
  }

  const objects::Resource* defined_by(const std::string& name) const {
    const std::size_t dot = std::min(name.find('.'), name.size());
    const auto definition =
        options_.definitions->find(std::string_view(name).substr(std::min(dot + 1, name.size())),
                                   std::string_view(name).substr(0, dot));
    return definition ? definition->storage_version().resource : nullptr;
  }

  awaitable<void> empty_definition(std::string name) {
    const objects::Resource* const resource = defined_by(name);
    DeleteRequest request;
    request.propagation = Propagation::Background;
    const auto all = co_await objects_of(resource, 0);
    for (const ObjectPtr& object : all) {
      const ObjectRef ref{resource, object->meta().ns, object->meta().name};
      co_await erase(ref, request);
    }
  }

  awaitable<void> release_definition(const ObjectRef& ref) {
    const auto found = co_await store_.get(ref.key());
    if (!found || !is_terminating(**found)) co_return;
    const auto left = co_await objects_of(defined_by(ref.name), 1);
    if (left.empty()) {
      co_await drop_finalizer(ref, kCleanupFinalizer);
    } else {
      co_await change(ref, [](Json& tree) { set_deletion_in_progress(tree); });
    }
  }

  const ApiOptions& options_;
  store::Store& store_;
  std::deque<Task> tasks_;
};

}  // namespace

boost::asio::awaitable<void> clean_up(const ApiOptions& options, ObjectRef ref, Deletion deletion) {
  Cleanup cleanup(options);
  cleanup.follow(std::move(ref), std::move(deletion));
  co_await cleanup.run();
}

}  // namespace kaudit::apiserver::api
