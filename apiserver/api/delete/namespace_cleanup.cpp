#include "apiserver/api/delete/namespace_cleanup.hpp"

#include "apiserver/api/delete/namespaces.hpp"

namespace kaudit::apiserver::api {

using boost::asio::awaitable;

std::vector<const objects::Resource*> NamespaceCleanup::namespaced_resources() const {
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

awaitable<void> NamespaceCleanup::empty(const std::string& ns) {
  DeleteRequest request;
  request.propagation = Propagation::Background;
  request.grace_period_seconds = 0;  // nobody is there to end its Pods
  for (const objects::Resource* resource : namespaced_resources()) {
    const store::ListRequest everything{store_prefix(*resource, ns), "", 0};
    const auto page = co_await options_.store->list(everything);
    if (!page) continue;
    for (const objects::ObjectPtr& object : page->objects) {
      const ObjectRef ref{resource, ns, object->meta().name};
      co_await queue_.erase(ref, request);
    }
  }
}

awaitable<bool> NamespaceCleanup::is_empty(const std::string& ns) {
  for (const objects::Resource* resource : namespaced_resources()) {
    const store::ListRequest first{store_prefix(*resource, ns), "", 1};
    const auto page = co_await options_.store->list(first);
    if (page && !page->objects.empty()) co_return false;
  }
  co_return true;
}

awaitable<void> NamespaceCleanup::release(const ObjectRef& ref) {
  const auto found = co_await options_.store->get(ref.key());
  if (!found || !(*found)->meta().terminating) co_return;
  if (!co_await is_empty(ref.name)) co_return;
  co_await queue_.drop_finalizer(ref, "spec", "kubernetes");
}

}  // namespace kaudit::apiserver::api
