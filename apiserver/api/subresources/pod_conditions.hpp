#pragma once

#include <string_view>

#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::api {

/// A condition of a Pod that is true; empty members are left out.
struct PodCondition {
  std::string_view type;
  std::string_view reason = {};
  std::string_view message = {};
};

/// Sets a condition to True, with the time from which on it is. (kubernetes pkg/api/pod
/// UpdatePodCondition)
void set_pod_condition(objects::Json& pod, const PodCondition& condition);

/// Whether the condition Ready is True.
bool is_ready_pod(const objects::Json& pod);

}  // namespace kaudit::apiserver::api
