#pragma once

#include <cstdint>
#include <string_view>

#include <tl/expected.hpp>

#include "apiserver/custom/registry.hpp"
#include "apiserver/objects/kinds.hpp"
#include "apiserver/request/request_info.hpp"
#include "audit/status.hpp"

namespace kaudit::apiserver::api {

/// What a request asks of a resource.
enum class Operation : std::uint8_t {
  Get,
  List,
  Watch,
  Create,
  Update,
  Patch,
  Delete,
  DeleteCollection,
  Log,
  Connect,  ///< exec, attach, portforward: what wants the pod itself
  Proxy,    ///< what a Pod, the Pods of a Service or a kubelet would answer
  Evict,    ///< of a Pod
  Bind,     ///< a Pod to a Node
  Other,    ///< what is created below an object elsewhere
};

/// Where a request goes.
struct Route {
  Operation operation;
  const objects::Resource* resource;
  const objects::Subresource* subresource = nullptr;
  std::string_view name;  ///< from the path; a part of the RequestInfo it was made from
  custom::DefinitionPtr definition = nullptr;  ///< of a custom resource
  const custom::Version* version = nullptr;
};

/// Finds the route as the real server's router does: by the shape of the path first (404), then by
/// the method (405). RequestInfo alone cannot say: it takes a fieldSelector for a name, and any
/// segments for a subresource. `definitions`: where resources are that the table does not have.
tl::expected<Route, audit::Status> find_route(std::string_view method,
                                              const request::RequestInfo& info,
                                              const custom::Registry& definitions);

}  // namespace kaudit::apiserver::api
