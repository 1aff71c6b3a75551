#pragma once

#include <memory>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "apiserver/request_scope.hpp"
#include "apiserver/streaming/forward_streams.hpp"
#include "apiserver/streaming/forward_targets.hpp"

namespace kaudit::apiserver::streaming {

/// The body of a port-forward's answer: joins forwarded connections with what is behind the Pod's
/// ports until the client leaves or the server stops. `pod` and `uid` are for error texts.
boost::asio::awaitable<void> run_forward(RequestScope& scope,
                                         std::unique_ptr<ForwardStreams> streams,
                                         ForwardTargets targets, std::string pod, std::string uid);

}  // namespace kaudit::apiserver::streaming
