#pragma once

#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "apiserver/api/call.hpp"
#include "apiserver/api/delete/cleanup_queue.hpp"

namespace kaudit::apiserver::api {

/// What is in a terminating namespace goes, and with the last of it the namespace. For one
/// coroutine; what it is made with outlives it. (kube-controller-manager pkg/controller/namespace)
class NamespaceCleanup {
 public:
  NamespaceCleanup(const ApiOptions& options, CleanupQueue& queue)
      : options_(options), queue_(queue) {}

  /// Deletes all that is in it.
  boost::asio::awaitable<void> empty(const std::string& ns);
  /// Lets a terminating namespace go when nothing is left in it.
  boost::asio::awaitable<void> release(const ObjectRef& ref);

 private:
  std::vector<const objects::Resource*> namespaced_resources() const;
  boost::asio::awaitable<bool> is_empty(const std::string& ns);

  const ApiOptions& options_;
  CleanupQueue& queue_;
};

}  // namespace kaudit::apiserver::api
