#pragma once

#include <boost/asio/awaitable.hpp>

#include "apiserver/api/call.hpp"
#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::api {

/// Records a decoded body: completes objectRef from its metadata at every level, and is the
/// requestObject from Request on. (apiserver pkg/audit LogRequestObject)
void record_request_object(Call& call, const objects::Json& object);

/// Waits as long as the object's annotation ref/sleep-ms says, where that is heeded. Error: 504
/// when the request was cancelled in the meantime, 400 when the annotation is not a number of
/// milliseconds.
boost::asio::awaitable<Expected<void>> slept_as_asked(Call& call, const objects::Json& object);

}  // namespace kaudit::apiserver::api
