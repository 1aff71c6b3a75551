#include "apiserver/objects/versions/autoscalers.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "apiserver/objects/codec/codec.hpp"
#include "apiserver/objects/tree/object_in.hpp"

namespace kaudit::apiserver::objects {
namespace {

constexpr std::string_view kMetrics = "autoscaling.alpha.kubernetes.io/metrics";
constexpr std::string_view kCurrentMetrics = "autoscaling.alpha.kubernetes.io/current-metrics";
constexpr std::string_view kConditions = "autoscaling.alpha.kubernetes.io/conditions";
constexpr std::string_view kBehavior = "autoscaling.alpha.kubernetes.io/behavior";
constexpr std::int64_t kDefaultUtilization = 80;  // percent
constexpr int kBehaviorLevels = 6;

/// How v1 writes a member that is not there.
enum class IfAbsent : std::uint8_t { Omit, Zero };

/// One member of a metric: where it is in v1's source, and where in v2's.
struct Place {
  std::string_view source;  // `object`, `pods` …
  std::string_view v1;
  std::string_view parent;  // in v2; "" for the source itself
  std::string_view v2;
  IfAbsent if_absent = IfAbsent::Omit;
};

// In the order in which v1 writes them.
constexpr auto kSpecPlaces = std::to_array<Place>({
    {"object", "target", "", "describedObject"},
    {"object", "metricName", "metric", "name"},
    {"object", "targetValue", "target", "value", IfAbsent::Zero},
    {"object", "selector", "metric", "selector"},
    {"object", "averageValue", "target", "averageValue"},
    {"pods", "metricName", "metric", "name"},
    {"pods", "targetAverageValue", "target", "averageValue", IfAbsent::Zero},
    {"pods", "selector", "metric", "selector"},
    {"resource", "name", "", "name"},
    {"resource", "targetAverageUtilization", "target", "averageUtilization"},
    {"resource", "targetAverageValue", "target", "averageValue"},
    {"containerResource", "name", "", "name"},
    {"containerResource", "targetAverageUtilization", "target", "averageUtilization"},
    {"containerResource", "targetAverageValue", "target", "averageValue"},
    {"containerResource", "container", "", "container"},
    {"external", "metricName", "metric", "name"},
    {"external", "metricSelector", "metric", "selector"},
    {"external", "targetValue", "target", "value"},
    {"external", "targetAverageValue", "target", "averageValue"},
});
constexpr auto kStatusPlaces = std::to_array<Place>({
    {"object", "target", "", "describedObject"},
    {"object", "metricName", "metric", "name"},
    {"object", "currentValue", "current", "value", IfAbsent::Zero},
    {"object", "selector", "metric", "selector"},
    {"object", "averageValue", "current", "averageValue"},
    {"pods", "metricName", "metric", "name"},
    {"pods", "currentAverageValue", "current", "averageValue", IfAbsent::Zero},
    {"pods", "selector", "metric", "selector"},
    {"resource", "name", "", "name"},
    {"resource", "currentAverageUtilization", "current", "averageUtilization"},
    {"resource", "currentAverageValue", "current", "averageValue", IfAbsent::Zero},
    {"containerResource", "name", "", "name"},
    {"containerResource", "currentAverageUtilization", "current", "averageUtilization"},
    {"containerResource", "currentAverageValue", "current", "averageValue", IfAbsent::Zero},
    {"containerResource", "container", "", "container"},
    {"external", "metricName", "metric", "name"},
    {"external", "metricSelector", "metric", "selector"},
    {"external", "currentValue", "current", "value", IfAbsent::Zero},
    {"external", "currentAverageValue", "current", "averageValue"},
});

const Json* member(const Json* object, std::string_view name) {
  return object == nullptr ? nullptr : object->find(name);
}

const Json::Array& elements(const Json* list) {
  static const Json::Array kNone;
  return list != nullptr && list->array() != nullptr ? *list->array() : kNone;
}

template <std::size_t N>
Json metric_v1(const Json& v2, const std::array<Place, N>& places) {
  Json result{Json::Object()};
  result.set("type", Json(v2.text("type")));
  for (const Place& place : places) {
    const Json* source = v2.find(place.source);
    if (source == nullptr) continue;
    const Json* value =
        member(place.parent.empty() ? source : source->find(place.parent), place.v2);
    if (value != nullptr) {
      object_in(result, place.source).set(place.v1, *value);
    } else if (place.if_absent == IfAbsent::Zero) {
      object_in(result, place.source).set(place.v1, Json("0"));
    }
  }
  return result;
}

template <std::size_t N>
Json metric_v2(const Json& v1, const std::array<Place, N>& places) {
  Json result{Json::Object()};
  result.set("type", Json(v1.text("type")));
  for (const Place& place : places) {
    const Json* value = member(v1.find(place.source), place.v1);
    if (value == nullptr) continue;
    Json& source = object_in(result, place.source);
    (place.parent.empty() ? source : object_in(source, place.parent)).set(place.v2, *value);
  }
  return result;
}

// Which of a target's values counts, of which v1 says nothing.
void name_target(Json& metric) {
  for (const std::string_view source :
       {"object", "pods", "resource", "containerResource", "external"}) {
    Json* found = metric.find(source);
    if (found == nullptr) continue;
    Json& target = object_in(*found, "target");
    const bool average = target.find("averageValue") != nullptr;
    std::string_view type = "AverageValue";
    if (source == "object") {
      if (!average) type = "Value";
      // v1 cannot leave the value out.
      if (average && target.text("value") == "0") target.erase("value");
    } else if (source == "external") {
      if (target.find("value") != nullptr) type = "Value";
    } else if (source != "pods") {
      if (target.find("averageUtilization") != nullptr) type = "Utilization";
    }
    target.set("type", Json(type));
  }
}

const Json* cpu_utilization(const Json& metric, std::string_view value_in) {
  if (metric.text("type") != "Resource") return nullptr;
  const Json* resource = metric.find("resource");
  if (resource == nullptr || resource->text("name") != "cpu") return nullptr;
  return member(resource->find(value_in), "averageUtilization");
}

Json cpu_metric(std::string_view value_in, const Json& utilization) {
  Json value{Json::Object()};
  if (value_in == "target") value.set("type", Json("Utilization"));
  value.set("averageUtilization", utilization);
  Json resource{Json::Object()};
  resource.set("name", Json("cpu"));
  resource.set(value_in, std::move(value));
  Json metric{Json::Object()};
  metric.set("type", Json("Resource"));
  metric.set("resource", std::move(resource));
  return metric;
}

void drop_annotations(Json& object) {
  Json* metadata = object.find("metadata");
  Json* annotations = metadata ? metadata->find("annotations") : nullptr;
  if (annotations == nullptr || annotations->object() == nullptr) return;
  for (const std::string_view name : {kMetrics, kCurrentMetrics, kConditions, kBehavior}) {
    annotations->erase(name);
  }
  if (annotations->object()->empty()) metadata->erase("annotations");
}

void annotate(Json& object, std::string_view name, const Json& value) {
  object_in(object_in(object, "metadata"), "annotations").set(name, Json(value.dump()));
}

std::optional<Json> annotation(const Json& object, std::string_view name) {
  const Json* annotations = member(object.find("metadata"), "annotations");
  if (annotations == nullptr || annotations->text(name).empty()) return std::nullopt;
  auto value = Json::parse(annotations->text(name));
  if (!value) return std::nullopt;
  return *std::move(value);
}

// The annotation holds Go's own names: `ScaleUp`, and null for what is not set.
constexpr std::string_view kRules[] = {"stabilizationWindowSeconds", "selectPolicy", "policies",
                                       "tolerance"};
constexpr std::string_view kPolicy[] = {"type", "value", "periodSeconds"};

std::string go_name(std::string_view name) {
  std::string text(name);
  text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

Json go_policies(const Json* policies) {
  if (policies == nullptr) return Json();
  Json::Array list;
  for (const Json& policy : elements(policies)) {
    Json one{Json::Object()};
    for (const std::string_view name : kPolicy) {
      if (const Json* value = policy.find(name)) one.set(go_name(name), *value);
    }
    list.push_back(std::move(one));
  }
  return Json(std::move(list));
}

Json go_behavior(const Json& behavior) {
  Json result{Json::Object()};
  for (const std::string_view direction : {"scaleUp", "scaleDown"}) {
    const Json* rules = behavior.find(direction);
    Json shown;
    if (rules != nullptr) {
      shown = Json(Json::Object());
      for (const std::string_view name : kRules) {
        const Json* value = rules->find(name);
        if (name == "policies") {
          shown.set(go_name(name), go_policies(value));
        } else {
          shown.set(go_name(name), value ? *value : Json());
        }
      }
    }
    result.set(go_name(direction), std::move(shown));
  }
  return result;
}

// As encoding/json reads it: names in any case. Nulls are nothing, and so is what nests deeper than
// a behavior does.
Json with_json_names(const Json& value, int levels) {
  if (levels == 0) return Json();
  if (value.array() != nullptr) {
    Json::Array list;
    for (const Json& element : *value.array()) list.push_back(with_json_names(element, levels - 1));
    return Json(std::move(list));
  }
  if (value.object() == nullptr) return value;
  Json result{Json::Object()};
  for (const Json::Member& each : *value.object()) {
    if (each.value.is_null() || each.name.empty()) continue;
    std::string name = each.name;
    if (name[0] >= 'A' && name[0] <= 'Z') name[0] = static_cast<char>(name[0] - 'A' + 'a');
    result.set(name, with_json_names(each.value, levels - 1));
  }
  return result;
}

// What annotations say is a client's, and may be anything: it counts where it fits the type.
void take_if_it_fits(Json& object, std::string_view part, std::string_view name, Json value) {
  Json trial{Json::Object()};
  object_in(trial, part).set(name, value);
  if (!canonical_object({"autoscaling/v2", "HorizontalPodAutoscaler"}, trial)) return;
  object_in(object, part).set(name, std::move(value));
}

}  // namespace

Json autoscaler_v1(const Json& v2) {
  Json result = v2;
  drop_annotations(result);
  Json& spec = object_in(result, "spec");
  Json& status = object_in(result, "status");
  Json::Array others;
  bool cpu_seen = false;
  for (const Json& metric : elements(spec.find("metrics"))) {
    const Json* utilization = cpu_utilization(metric, "target");
    if (utilization == nullptr) {
      others.push_back(metric_v1(metric, kSpecPlaces));
    } else if (!std::exchange(cpu_seen, true)) {
      spec.set("targetCPUUtilizationPercentage", Json(*utilization));
    }
  }
  Json::Array currents;
  for (const Json& metric : elements(status.find("currentMetrics"))) {
    if (const Json* utilization = cpu_utilization(metric, "current")) {
      status.set("currentCPUUtilizationPercentage", Json(*utilization));
    }
    currents.push_back(metric_v1(metric, kStatusPlaces));
  }
  if (!others.empty()) annotate(result, kMetrics, Json(std::move(others)));
  if (!currents.empty()) annotate(result, kCurrentMetrics, Json(std::move(currents)));
  if (const Json* behavior = spec.find("behavior")) {
    annotate(result, kBehavior, go_behavior(*behavior));
  }
  if (const Json* conditions = status.find("conditions"); !elements(conditions).empty()) {
    annotate(result, kConditions, *conditions);
  }
  spec.erase("metrics");
  spec.erase("behavior");
  status.erase("currentMetrics");
  status.erase("conditions");
  return result;
}

Json autoscaler_v2(const Json& v1) {
  Json result = v1;
  Json& spec = object_in(result, "spec");
  Json& status = object_in(result, "status");
  Json::Array metrics;
  if (const auto others = annotation(v1, kMetrics)) {
    for (const Json& metric : elements(&*others)) {
      metrics.push_back(metric_v2(metric, kSpecPlaces));
      name_target(metrics.back());
    }
  }
  if (const Json* utilization = spec.find("targetCPUUtilizationPercentage")) {
    metrics.push_back(cpu_metric("target", *utilization));
  }
  if (metrics.empty()) metrics.push_back(cpu_metric("target", Json(kDefaultUtilization)));
  take_if_it_fits(result, "spec", "metrics", Json(std::move(metrics)));
  if (const auto behavior = annotation(v1, kBehavior)) {
    if (Json known = with_json_names(*behavior, kBehaviorLevels);
        known.object() && !known.object()->empty()) {
      take_if_it_fits(result, "spec", "behavior", std::move(known));
    }
  }
  if (const Json* utilization = status.find("currentCPUUtilizationPercentage")) {
    take_if_it_fits(result, "status", "currentMetrics",
                    Json(Json::Array{cpu_metric("current", *utilization)}));
  }
  if (const auto currents = annotation(v1, kCurrentMetrics)) {
    Json::Array list;
    for (const Json& metric : elements(&*currents)) {
      list.push_back(metric_v2(metric, kStatusPlaces));
    }
    take_if_it_fits(result, "status", "currentMetrics", Json(std::move(list)));
  }
  if (auto conditions = annotation(v1, kConditions)) {
    take_if_it_fits(result, "status", "conditions", *std::move(conditions));
  }
  object_in(result, "spec").erase("targetCPUUtilizationPercentage");
  object_in(result, "status").erase("currentCPUUtilizationPercentage");
  drop_annotations(result);
  return result;
}

}  // namespace kaudit::apiserver::objects
