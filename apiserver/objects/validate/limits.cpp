#include <cstdint>
#include <string>
#include <string_view>

#include "apiserver/objects/validate/kinds_rules.hpp"
#include "apiserver/objects/validate/words/label_names.hpp"
#include "apiserver/objects/validate/words/label_rules.hpp"
#include "apiserver/objects/validate/words/members.hpp"
#include "apiserver/objects/validate/words/name_rules.hpp"
#include "apiserver/objects/validate/words/portions.hpp"
#include "apiserver/objects/validate/words/quantities.hpp"
#include "apiserver/objects/validate/words/text_rules.hpp"

namespace kaudit::apiserver::objects::validate {
namespace {

constexpr std::int64_t kHighestUserPriority = 1'000'000'000;

// --- limit ranges

constexpr std::string_view kLimitTypes[] = {"Pod", "Container", "PersistentVolumeClaim"};

void check_limit_type(const FieldPath& path, std::string_view type, Findings& findings) {
  const auto faults = qualified_name_errors(type);
  findings.invalid(path, type, faults);
  if (!faults.empty() || type.find('/') != std::string_view::npos) return;
  for (const std::string_view known : kLimitTypes) {
    if (type == known) return;
  }
  findings.invalid(path, type, "must be a standard limit type or fully qualified");
}

void check_limit_names(const FieldPath& parent, const Json& limit, std::string_view part,
                       NameSet& names, Findings& findings) {
  const FieldPath path = parent.child(part);
  const std::string_view type = text(&limit, "type");
  for (const Json::Member& each : entries(&limit, part)) {
    if (type == "Pod" || type == "Container") {
      check_container_resource_name(path.key(each.name), each.name, findings);
    } else {
      check_resource_name(path.key(each.name), each.name, findings);
    }
    names.insert(each.name);
  }
}

/// Two bounds of which the first may not be above the second.
struct Order {
  std::string_view low;
  std::string_view high;
  std::string_view where;
  std::string_view shown;
  std::string_view what_low;
  std::string_view what_high;
};
constexpr Order kOrders[] = {
    {"min", "max", "min", "min", "min value", "max value"},
    {"min", "defaultRequest", "defaultRequest", "defaultRequest", "min value",
     "default request value"},
    {"defaultRequest", "max", "defaultRequest", "defaultRequest", "default request value",
     "max value"},
    {"defaultRequest", "default", "defaultRequest", "defaultRequest", "default request value",
     "default limit value"},
    {"min", "default", "default", "min", "min value", "default value"},
    {"default", "max", "default", "max", "default value", "max value"},
};

void check_orders(const FieldPath& path, const Json& limit, std::string_view name,
                  Findings& findings) {
  const auto quantity = [&](std::string_view part) -> const Json* {
    const bool of_pod = text(&limit, "type") == "Pod" && part.starts_with("default");
    return of_pod ? nullptr : member(&limit, {part, name});
  };
  for (const Order& order : kOrders) {
    const Json* low = quantity(order.low);
    const Json* high = quantity(order.high);
    if (low == nullptr || high == nullptr) continue;
    if (quantity_value(text_of(*low)) <= quantity_value(text_of(*high))) continue;
    const FieldPath at = path.child(order.where);
    std::string why(order.what_low);
    why.append(" ").append(text_of(*low)).append(" is greater than ").append(order.what_high);
    why.append(" ").append(text_of(*high));
    findings.invalid(at.key(name), text_of(*quantity(order.shown)), why);
  }
  const Json* ratio = quantity("maxLimitRequestRatio");
  if (ratio != nullptr && quantity_value(text_of(*ratio)) < 1) {
    const FieldPath at = path.child("maxLimitRequestRatio");
    findings.invalid(at.key(name), text_of(*ratio),
                     "ratio " + std::string(text_of(*ratio)) + " is less than 1");
  }
}

void check_limit(const FieldPath& path, const Json& limit, Findings& findings) {
  const std::string_view type = text(&limit, "type");
  NameSet names;
  check_limit_names(path, limit, "max", names, findings);
  check_limit_names(path, limit, "min", names, findings);
  for (const std::string_view part : {"default", "defaultRequest"}) {
    if (type != "Pod") {
      check_limit_names(path, limit, part, names, findings);
    } else if (!entries(&limit, part).empty()) {
      findings.forbidden(path.child(part), "may not be specified when `type` is 'Pod'");
    }
  }
  if (type == "PersistentVolumeClaim" && member(&limit, {"min", "storage"}) == nullptr &&
      member(&limit, {"max", "storage"}) == nullptr) {
    findings.required(path.child("limits"),
                      "either minimum or maximum storage value is required, but neither was "
                      "provided");
  }
  check_limit_names(path, limit, "maxLimitRequestRatio", names, findings);
  for (const std::string_view name : names) check_orders(path, limit, name, findings);
}

// --- autoscalers

void check_target_ref(const FieldPath& path, const Json* ref, Findings& findings) {
  for (const std::string_view name : {"kind", "name"}) {
    const std::string_view value = text(ref, name);
    if (value.empty()) {
      findings.declared_required(path.child(name));
    } else {
      findings.invalid(path.child(name), value, name_errors(NameRule::PathSegment, value));
    }
  }
}

void check_metric(const FieldPath& path, const Json& metric, Findings& findings) {
  constexpr std::string_view kTypes[] = {"ContainerResource", "External", "Object", "Pods",
                                         "Resource"};
  const std::string_view type = text(&metric, "type");
  if (type.empty()) findings.required(path.child("type"), "must specify a metric source type");
  check_one_of(path.child("type"), type, kTypes, findings);
}

void check_scaling_rules(const FieldPath& path, const Json* rules, Findings& findings) {
  constexpr std::string_view kSelects[] = {"Disabled", "Max", "Min"};
  constexpr std::string_view kPolicies[] = {"Percent", "Pods"};
  constexpr std::int64_t kMostSeconds = 3600;
  constexpr std::int64_t kMostPeriod = 1800;
  if (rules == nullptr) return;
  const FieldPath window = path.child("stabilizationWindowSeconds");
  if (const auto seconds = number(rules, "stabilizationWindowSeconds")) {
    if (*seconds < 0) {
      findings.invalid(window, *seconds, "must be greater than or equal to zero");
    }
    if (*seconds > kMostSeconds) {
      findings.invalid(window, *seconds, "must be less than or equal to 3600");
    }
  }
  if (member(rules, "selectPolicy") != nullptr) {
    check_one_of(path.child("selectPolicy"), text(rules, "selectPolicy"), kSelects, findings);
  }
  const FieldPath list = path.child("policies");
  const auto policies = items(rules, "policies");
  // A real server fills in policies where there are none.
  for (std::size_t i = 0; i < policies.size(); ++i) {
    const FieldPath at = list.at(i);
    check_one_of(at.child("type"), text(&policies[i], "type"), kPolicies, findings);
    for (const std::string_view name : {"value", "periodSeconds"}) {
      if (const std::int64_t value = number_or_zero(&policies[i], name); value <= 0) {
        findings.invalid(at.child(name), value, "must be greater than zero");
      }
    }
    const std::int64_t period = number_or_zero(&policies[i], "periodSeconds");
    if (period > kMostPeriod) {
      findings.invalid(at.child("periodSeconds"), period, "must be less than or equal to 1800");
    }
  }
}

// As Go prints a budget's spec: an empty selector and policy are null.
std::string shown_budget(const Json& spec) {
  const auto value = [&spec](std::string_view name) { return Shown(member(&spec, name)).text(); };
  return R"({"MinAvailable":)" + value("minAvailable") + R"(,"Selector":)" + value("selector") +
         R"(,"MaxUnavailable":)" + value("maxUnavailable") + R"(,"UnhealthyPodEvictionPolicy":)" +
         value("unhealthyPodEvictionPolicy") + "}";
}

}  // namespace

void check_disruption_budget(const Json& budget, Findings& findings) {
  constexpr std::string_view kPolicies[] = {"AlwaysAllow", "IfHealthyBudget"};
  const FieldPath path("spec");
  const Json* spec = member(&budget, "spec");
  if (member(spec, "minAvailable") != nullptr && member(spec, "maxUnavailable") != nullptr) {
    findings.invalid(path, Shown::verbatim(shown_budget(*spec)),
                     "minAvailable and maxUnavailable cannot be both set");
  }
  for (const std::string_view name : {"minAvailable", "maxUnavailable"}) {
    check_portion(path.child(name), member(spec, name), findings);
    check_at_most_all(path.child(name), member(spec, name), findings);
  }
  check_label_selector(path.child("selector"), member(spec, "selector"), findings);
  if (member(spec, "unhealthyPodEvictionPolicy") != nullptr) {
    check_one_of(path.child("unhealthyPodEvictionPolicy"), text(spec, "unhealthyPodEvictionPolicy"),
                 kPolicies, findings);
  }
}

void check_priority_class(const Json& priority_class, Findings& findings) {
  constexpr std::string_view kPreemption[] = {"PreemptLowerPriority", "Never"};
  const std::string_view name = text(member(&priority_class, "metadata"), "name");
  const std::int64_t value = number_or_zero(&priority_class, "value");
  if (name.starts_with("system-")) {
    const bool is_known = (name == "system-node-critical" && value == 2'000'001'000) ||
                          (name == "system-cluster-critical" && value == 2'000'000'000);
    if (!is_known) {
      findings.forbidden(FieldPath("metadata.name"),
                         "priority class names with 'system-' prefix are reserved for system use "
                         "only. error: " +
                             std::string(name) + " is not a known system priority class");
    }
  } else if (value > kHighestUserPriority) {
    findings.forbidden(FieldPath("value"),
                       "maximum allowed value of a user defined priority is 1000000000");
  }
  if (member(&priority_class, "preemptionPolicy") != nullptr) {
    check_required_one_of(FieldPath("preemptionPolicy"), text(&priority_class, "preemptionPolicy"),
                          kPreemption, findings);
  }
}

void check_priority_class_change(const Json& before, const Json& after, Findings& findings) {
  if (number_or_zero(&before, "value") != number_or_zero(&after, "value")) {
    findings.forbidden(FieldPath("value"), "may not be changed in an update.");
  }
  check_immutable(FieldPath("preemptionPolicy"), member(&before, "preemptionPolicy"),
                  member(&after, "preemptionPolicy"), findings);
}

void check_limit_range(const Json& limit_range, Findings& findings) {
  const FieldPath list("spec.limits");
  NameSet types;
  std::size_t index = 0;
  for (const Json& limit : items(member(&limit_range, "spec"), "limits")) {
    const FieldPath path = list.at(index++);
    const std::string_view type = text(&limit, "type");
    check_limit_type(path.child("type"), type, findings);
    if (!types.insert(type).second) findings.duplicate(path.child("type"), type);
    check_limit(path, limit, findings);
  }
}

void check_resource_quota(const Json& quota, Findings& findings) {
  constexpr std::string_view kScopes[] = {"Terminating",          "NotTerminating",
                                          "BestEffort",           "NotBestEffort",
                                          "PriorityClass",        "CrossNamespacePodAffinity",
                                          "VolumeAttributesClass"};
  const FieldPath path("spec");
  const FieldPath hard = path.child("hard");
  const Json* spec = member(&quota, "spec");
  for (const Json::Member& each : entries(spec, "hard")) {
    check_quota_resource_name(hard.key(each.name), each.name, findings);
    check_resource_quantity(hard.key(each.name), each.name, text_of(each.value), findings);
  }
  for (const Json& scope : items(spec, "scopes")) {
    bool known = false;
    for (const std::string_view name : kScopes) known = known || text_of(scope) == name;
    if (!known) {
      findings.invalid(path.child("scopes"), member(spec, "scopes"), "unsupported scope");
    }
  }
}

void check_resource_quota_change(const Json& before, const Json& after, Findings& findings) {
  const auto scopes = [](const Json& quota) {
    NameSet names;
    for (const Json& scope : items(member(&quota, "spec"), "scopes")) {
      names.insert(text_of(scope));
    }
    return names;
  };
  if (scopes(before) != scopes(after)) {
    findings.invalid(FieldPath("spec.scopes"), member(&after, {"spec", "scopes"}), kImmutable);
  }
}

void check_autoscaler(const Json& autoscaler, Findings& findings) {
  const FieldPath path("spec");
  const Json* spec = member(&autoscaler, "spec");
  const auto least = number(spec, "minReplicas");
  const std::int64_t most = number_or_zero(spec, "maxReplicas");
  const FieldPath most_path = path.child("maxReplicas");
  if (least && *least < 0) {
    findings.declared_invalid(path.child("minReplicas"), *least,
                              "must be greater than or equal to 0");
  }
  if (most == 0) {
    findings.declared_required(most_path);
  } else if (most < 0) {
    findings.declared_invalid(most_path, most, "must be greater than or equal to 1");
  }
  if (least && most < *least) {
    findings.invalid(most_path, most, "must be greater than or equal to `minReplicas`");
  }
  check_target_ref(path.child("scaleTargetRef"), member(spec, "scaleTargetRef"), findings);
  const FieldPath list = path.child("metrics");
  std::size_t index = 0;
  bool scales_to_none = false;
  for (const Json& metric : items(spec, "metrics")) {
    check_metric(list.at(index++), metric, findings);
    const std::string_view type = text(&metric, "type");
    scales_to_none = scales_to_none || type == "Object" || type == "External";
  }
  if (least == 0 && !scales_to_none) {
    findings.forbidden(list,
                       "must specify at least one Object or External metric to support scaling to "
                       "zero replicas");
  }
  const Json* behavior = member(spec, "behavior");
  const FieldPath behavior_path = path.child("behavior");
  for (const std::string_view direction : {"scaleUp", "scaleDown"}) {
    check_scaling_rules(behavior_path.child(direction), member(behavior, direction), findings);
  }
}

}  // namespace kaudit::apiserver::objects::validate
