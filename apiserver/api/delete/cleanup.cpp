#include "apiserver/api/delete/cleanup.hpp"

#include <optional>
#include <utility>

#include "apiserver/api/cluster/reactions.hpp"
#include "apiserver/api/custom/definition_reactions.hpp"
#include "apiserver/api/delete/cleanup_queue.hpp"
#include "apiserver/api/delete/definition_cleanup.hpp"
#include "apiserver/api/delete/garbage_collector.hpp"
#include "apiserver/api/delete/namespace_cleanup.hpp"
#include "apiserver/api/delete/namespaces.hpp"

namespace kaudit::apiserver::api {
namespace {

using boost::asio::awaitable;

/// Works through what follows from a deletion.
class Cleanup {
 public:
  explicit Cleanup(const ApiOptions& options) : options_(options) {}

  awaitable<void> run(ObjectRef ref, Deletion deletion) {
    queue_.follow(std::move(ref), std::move(deletion));
    while (const std::optional<Task> task = queue_.next()) {
      switch (task->kind) {
        case Task::Kind::Gone:
          follow_removal(*task);
          co_await react(options_, task->ref, task->object, nullptr);
          break;
        case Task::Kind::Marked:
          co_await follow_marking(*task);
          break;
        case Task::Kind::Dependent:
          co_await collector_.collect(task->ref);
          break;
        case Task::Kind::Owner:
          co_await collector_.release_owner(task->ref);
          break;
        case Task::Kind::Namespace:
          co_await namespaces_.release(task->ref);
          break;
        case Task::Kind::Definition:
          co_await definitions_.release(task->ref);
          break;
      }
    }
  }

 private:
  using Task = CleanupQueue::Task;

  void follow_removal(const Task& task) {
    if (task.ref.resource->kind == "Pod") options_.pod_files->forget(task.object->meta().uid);
    collector_.follow_removal(task.ref, *task.object);
    definitions_.follow_removal(task.ref);
    if (task.ref.resource->namespaced()) {
      queue_.push(Task::Kind::Namespace, namespace_ref(task.ref.ns));
    }
  }

  awaitable<void> follow_marking(const Task& task) {
    if (task.ref.resource == namespace_ref("").resource) {
      co_await namespaces_.empty(task.ref.name);
      queue_.push(Task::Kind::Namespace, task.ref);
    }
    if (is_definition(*task.ref.resource)) {
      co_await definitions_.empty(task.ref.name);
      queue_.push(Task::Kind::Definition, task.ref);
    }
    co_await collector_.follow_marking(task.ref, *task.object);
  }

  const ApiOptions& options_;
  CleanupQueue queue_{options_};
  GarbageCollector collector_{options_, queue_};
  NamespaceCleanup namespaces_{options_, queue_};
  DefinitionCleanup definitions_{options_, queue_};
};

}  // namespace

awaitable<void> clean_up(const ApiOptions& options, ObjectRef ref, Deletion deletion) {
  Cleanup cleanup(options);
  co_await cleanup.run(std::move(ref), std::move(deletion));
}

}  // namespace kaudit::apiserver::api
