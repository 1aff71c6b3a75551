#pragma once

#include <boost/asio/awaitable.hpp>

#include "apiserver/api/call.hpp"
#include "apiserver/objects/object.hpp"

namespace kaudit::apiserver::api {

/// What follows from one write to the store, done before the write is answered, so that no client
/// has to wait for controllers that are not there: new namespaces are furnished, and what they were
/// furnished with comes back; Secrets get the tokens of service accounts; ClusterRoles gather the
/// rules of others. `before` is null when the object is new, `after` when it is gone. It makes no
/// events: nobody asked for it by a request.
boost::asio::awaitable<void> react(const ApiOptions& options, ObjectRef ref,
                                   objects::ObjectPtr before, objects::ObjectPtr after);

}  // namespace kaudit::apiserver::api
