#pragma once

#include "apiserver/request_scope.hpp"
#include "audit/evaluator.hpp"

namespace kaudit::apiserver {

/// The request as a policy or an authorizer sees it; views into the scope. `user` may be null, for
/// a request that nobody is known to have made.
inline audit::Attributes attributes_of(const RequestScope& scope, const audit::UserInfo* user) {
  const request::RequestInfo& info = scope.info;
  return {.user = user,
          .verb = info.verb,
          .resource_request = info.is_resource_request,
          .api_group = info.api_group,
          .api_version = info.api_version,
          .resource = info.resource,
          .subresource = info.subresource,
          .ns = info.ns,
          .name = info.name,
          .path = info.path};
}

}  // namespace kaudit::apiserver
