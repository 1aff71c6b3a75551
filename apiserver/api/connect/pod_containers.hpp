#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "apiserver/api/call.hpp"
#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::api {

/// The names in one of a Pod's lists of containers (`containers`, `initContainers` …).
std::vector<std::string> container_names(const objects::Json& pod, std::string_view list);

/// The container that a request to a Pod is about: the one it asks for, or the only one. Error: 400
/// when there is no such one, or several and none is asked for. (kubernetes pkg/registry/core/pod
/// validateContainer)
Expected<std::string> container_of(const objects::Json& pod, std::string_view pod_name,
                                   std::string_view asked);

/// The value of a Pod's annotation; "" when there is none.
std::string_view annotation_of(const objects::Json& pod, std::string_view name);

}  // namespace kaudit::apiserver::api
