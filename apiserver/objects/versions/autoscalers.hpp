#pragma once

#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::objects {

/// A HorizontalPodAutoscaler of autoscaling/v2 as v1 says it: the utilization of the CPU, and all
/// else in annotations of autoscaling.alpha.kubernetes.io/. Members are in no particular order.
/// (kubernetes pkg/apis/autoscaling/v1/conversion.go)
Json autoscaler_v1(const Json& v2);
/// The way back; annotations that cannot be read are dropped.
Json autoscaler_v2(const Json& v1);

}  // namespace kaudit::apiserver::objects
