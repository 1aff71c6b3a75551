#pragma once

#include <boost/asio/awaitable.hpp>

#include "apiserver/api/call.hpp"

namespace kaudit::apiserver::api {

// One function a verb (apiserver pkg/endpoints/handlers). An error is the Status to answer; the
// request's object is recorded for audit on the way, as soon as it is decoded.

using Handled = boost::asio::awaitable<Expected<Reply>>;

Handled get(Call& call);
Handled create(Call& call);
/// PUT of an object or of its status.
Handled update(Call& call);
/// Merge patch of an object or of its status.
Handled patch(Call& call);
Handled remove(Call& call);
Handled delete_collection(Call& call);

// Streams: the answer is their refusal, or brings the coroutine that writes them.

using Streamed = boost::asio::awaitable<Answer>;

/// A small list is whole.
Streamed list(Call& call);
/// Of a collection, or of the one object that the call names.
Streamed watch(Call& call);
Streamed pod_log(Call& call);
/// Of what a Pod, a Service or a Node would answer: a redirect, or why nothing is reached.
Streamed proxy(Call& call);
/// exec, attach and portforward of a Pod.
Streamed connect_pod(Call& call);

}  // namespace kaudit::apiserver::api
