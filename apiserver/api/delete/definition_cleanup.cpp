#include "apiserver/api/delete/definition_cleanup.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "apiserver/api/custom/definition_reactions.hpp"
#include "apiserver/api/delete/namespaces.hpp"

namespace kaudit::apiserver::api {

using boost::asio::awaitable;
using objects::ObjectPtr;

void DefinitionCleanup::follow_removal(const ObjectRef& ref) {
  if (!ref.resource->is_custom()) return;
  const auto definition = options_.definitions->find(ref.resource->group, ref.resource->name);
  if (!definition || !definition->terminating) return;
  queue_.push(CleanupQueue::Task::Kind::Definition,
              {objects::find_kind("apiextensions.k8s.io/v1", "CustomResourceDefinition"), "",
               definition->name});
}

awaitable<void> DefinitionCleanup::empty(const std::string& name) {
  const objects::Resource* const resource = defined_by(name);
  DeleteRequest request;
  request.propagation = Propagation::Background;
  const auto all = co_await objects_of(resource, 0);
  for (const ObjectPtr& object : all) {
    const ObjectRef ref{resource, object->meta().ns, object->meta().name};
    co_await queue_.erase(ref, request);
  }
}

awaitable<void> DefinitionCleanup::release(const ObjectRef& ref) {
  const auto found = co_await options_.store->get(ref.key());
  if (!found || !(*found)->meta().terminating) co_return;
  const auto left = co_await objects_of(defined_by(ref.name), 1);
  if (left.empty()) {
    co_await queue_.drop_finalizer(ref, "metadata", kCleanupFinalizer);
  } else {
    const CleanupQueue::Change in_progress = set_deletion_in_progress;
    co_await queue_.change(ref, in_progress);
  }
}

const objects::Resource* DefinitionCleanup::defined_by(const std::string& name) const {
  const std::size_t dot = std::min(name.find('.'), name.size());
  const auto definition =
      options_.definitions->find(std::string_view(name).substr(std::min(dot + 1, name.size())),
                                 std::string_view(name).substr(0, dot));
  return definition ? definition->storage_version().resource : nullptr;
}

awaitable<store::ObjectList> DefinitionCleanup::objects_of(const objects::Resource* resource,
                                                           std::size_t limit) {
  if (resource == nullptr) co_return store::ObjectList();
  const store::ListRequest request{store_prefix(*resource, ""), "", limit};
  auto page = co_await options_.store->list(request);
  if (!page) co_return store::ObjectList();
  co_return std::move(page->objects);
}

}  // namespace kaudit::apiserver::api
