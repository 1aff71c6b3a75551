#pragma once

#include <cstddef>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "apiserver/api/call.hpp"
#include "apiserver/api/delete/cleanup_queue.hpp"

namespace kaudit::apiserver::api {

/// The custom resources of a terminating CustomResourceDefinition go, and with the last of them the
/// definition. For one coroutine; what it is made with outlives it. (apiextensions
/// pkg/controller/finalizer)
class DefinitionCleanup {
 public:
  DefinitionCleanup(const ApiOptions& options, CleanupQueue& queue)
      : options_(options), queue_(queue) {}

  /// A custom resource is gone: its definition may have waited for that.
  void follow_removal(const ObjectRef& ref);
  /// Deletes all objects that a definition defines.
  boost::asio::awaitable<void> empty(const std::string& name);
  /// Lets a terminating definition go when no object of it is left; else says why it is there.
  boost::asio::awaitable<void> release(const ObjectRef& ref);

 private:
  /// Null for one that never served any.
  const objects::Resource* defined_by(const std::string& name) const;
  boost::asio::awaitable<store::ObjectList> objects_of(const objects::Resource* resource,
                                                       std::size_t limit);

  const ApiOptions& options_;
  CleanupQueue& queue_;
};

}  // namespace kaudit::apiserver::api
