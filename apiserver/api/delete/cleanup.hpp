#pragma once

#include <boost/asio/awaitable.hpp>

#include "apiserver/api/call.hpp"
#include "apiserver/api/delete/delete_object.hpp"
#include "apiserver/api/delete/owner_index.hpp"

namespace kaudit::apiserver::api {

/// What controllers of a cluster do after a deletion, done before its answer so that no client
/// waits in vain. The garbage collector: dependents go with their last owner, before it
/// (foregroundDeletion) or stay (orphan). The namespace controller: what is in a terminating
/// namespace goes, and with the last of it the namespace. What others' finalizers hold stays, and
/// its removal by them comes here again. (kube-controller-manager pkg/controller/garbagecollector,
/// pkg/controller/namespace)
boost::asio::awaitable<void> clean_up(const ApiOptions& options, ObjectRef ref, Deletion deletion);

}  // namespace kaudit::apiserver::api
