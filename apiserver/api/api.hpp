#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "apiserver/answer.hpp"
#include "apiserver/api/call.hpp"
#include "apiserver/request/request_info.hpp"
#include "apiserver/request_scope.hpp"

namespace kaudit::apiserver::api {

/// Answers resource requests: the verbs on every kind of the table (objects/kinds.json), served
/// generically from the store, as kube-apiserver's endpoints do (pkg/endpoints/installer.go,
/// handlers/). One object serves all threads; a request stays on its own.
class Api {
 public:
  explicit Api(ApiOptions options) : options_(std::move(options)) {}

  /// Makes the objects that a cluster has from the start. Call once, before the first request; it
  /// waits for the store, so not from one of the server's threads.
  void bootstrap();
  /// Makes the Service `kubernetes`, which says where the server listens; as bootstrap(), but once
  /// that is known.
  void publish(const std::string& address, std::uint16_t port);

  /// The store was put back to an earlier state by these changes; what is known beside it follows.
  /// No write may be under way.
  void restored(const std::vector<store::ChangePtr>& changes);

  /// The resource of a kind, built in or defined by now; null when there is none.
  const objects::Resource* find_kind(std::string_view api_version, std::string_view kind) const;

  /// False for a resource request under a group that this server does not know: the path is
  /// answered as any unknown path is. (apiserver pkg/server/handler.go director)
  bool serves(const request::RequestInfo& info) const;

  /// Answers a request of which serves() is true. Throws only what is a panic.
  boost::asio::awaitable<Answer> handle(RequestScope& scope) const;

 private:
  ApiOptions options_;
};

}  // namespace kaudit::apiserver::api
