#pragma once

#include <boost/asio/awaitable.hpp>

#include "apiserver/api/call.hpp"

namespace kaudit::apiserver::api {

// One function a verb (apiserver pkg/endpoints/handlers). An error is the Status to answer; the
// request's object is recorded for audit on the way, as soon as it is decoded.

using Handled = boost::asio::awaitable<Expected<Reply>>;

Handled get(Call& call);
Handled list(Call& call);
Handled create(Call& call);
/// PUT of an object or of its status.
Handled update(Call& call);
/// Merge patch of an object or of its status.
Handled patch(Call& call);
Handled remove(Call& call);
Handled delete_collection(Call& call);

// Streams answer on their own; what they return is the Status of a refusal before the first byte.

using Streamed = boost::asio::awaitable<Expected<void>>;

/// Of a collection, or of the one object that the call names.
Streamed watch(Call& call);
Streamed pod_log(Call& call);

}  // namespace kaudit::apiserver::api
