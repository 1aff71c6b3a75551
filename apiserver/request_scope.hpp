#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "apiserver/cancellation.hpp"
#include "apiserver/http/exchange.hpp"
#include "apiserver/request/request_info.hpp"
#include "apiserver/request/url.hpp"
#include "apiserver/responder.hpp"
#include "audit/context.hpp"
#include "audit/event.hpp"

namespace kaudit::apiserver {

/// How long the layers of a request took, for the apiserver.latency.k8s.io annotations
/// (audit-semantics 2).
struct Latencies {
  using Duration = std::chrono::nanoseconds;
  Duration authentication{-1};  ///< negative: not measured
  Duration authorization{-1};
  Duration transform_response_object{-1};
  Duration serialize_response_object{-1};
  Duration response_write{-1};
  Duration etcd{-1};  ///< storage
};

/// Everything the filters and the handler know of one request; filled in from the outside in. Lives
/// on one thread.
struct RequestScope {
  explicit RequestScope(http::Exchange& transport) : exchange(transport), response(transport) {}

  const http::Request& request() const noexcept { return exchange.request(); }

  http::Exchange& exchange;
  Responder response;
  std::string audit_id;
  Timestamp received;
  std::chrono::steady_clock::time_point started = std::chrono::steady_clock::now();
  /// When the client's patience ends, for requests that are not long-running.
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
  request::Url url;
  request::RequestInfo info;
  audit::UserInfo user;  ///< who acts: the authenticated user
  /// Of this request, while the audit filter is on the stack; null before it and at level None.
  audit::Context* audit = nullptr;
  Latencies latencies;
  Cancellation cancellation;
};

}  // namespace kaudit::apiserver
