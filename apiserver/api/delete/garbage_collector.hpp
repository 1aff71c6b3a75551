#pragma once

#include <cstdint>
#include <set>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "apiserver/api/call.hpp"
#include "apiserver/api/delete/cleanup_queue.hpp"

namespace kaudit::apiserver::api {

/// Dependents go with their last owner, before it (foregroundDeletion) or stay (orphan). For one
/// coroutine; what it is made with outlives it. (kube-controller-manager
/// pkg/controller/garbagecollector)
class GarbageCollector {
 public:
  GarbageCollector(const ApiOptions& options, CleanupQueue& queue)
      : options_(options), queue_(queue) {}

  /// An object is gone: what it owned, and what has waited for it, is to be looked at.
  void follow_removal(const ObjectRef& ref, const objects::Object& object);
  /// An object's deletion has begun: does what its finalizers ask of a garbage collector.
  boost::asio::awaitable<void> follow_marking(const ObjectRef& ref, const objects::Object& object);
  /// An object, one of whose owners is gone or waits for it, keeps its other owners; with none left
  /// it goes.
  boost::asio::awaitable<void> collect(const ObjectRef& ref);
  /// An object that waits for its dependents waits no longer when none blocks it.
  boost::asio::awaitable<void> release_owner(const ObjectRef& ref);

 private:
  enum class OwnerState : std::uint8_t { Solid, Waiting, Absent };

  boost::asio::awaitable<OwnerState> state_of(const Owner& owner);
  boost::asio::awaitable<void> disown(const ObjectRef& ref, const std::set<std::string>& uids);

  const ApiOptions& options_;
  CleanupQueue& queue_;
};

}  // namespace kaudit::apiserver::api
