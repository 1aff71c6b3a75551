#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "apiserver/objects/validate/kinds_rules.hpp"
#include "apiserver/objects/validate/pods/pod_spec.hpp"
#include "apiserver/objects/validate/words/label_rules.hpp"
#include "apiserver/objects/validate/words/members.hpp"
#include "apiserver/objects/validate/words/portions.hpp"
#include "apiserver/objects/validate/words/text_rules.hpp"

namespace kaudit::apiserver::objects::validate {
namespace {

const Json kNoObject{Json::Object()};
constexpr std::string_view kAlways[] = {"Always"};

const Json* template_of(const Json* spec) { return member(spec, "template"); }

const Json& template_or_empty(const Json* spec) {
  const Json* found = template_of(spec);
  return found != nullptr && found->object() ? *found : kNoObject;
}

/// How a kind is called where its rules are, and what it says of a selector that cannot be read.
struct Workload {
  std::string_view in_selector_text;  // "empty selector is invalid for …"
  std::string_view in_deadline_text;  // "activeDeadlineSeconds in … is not Supported"
  std::string_view unreadable;
};
constexpr Workload kDeployment{"deployment", "ReplicaSet", "invalid label selector"};
constexpr Workload kStatefulSet{"statefulset", "StatefulSet", ""};
constexpr Workload kDaemonSet{"daemonset", "DaemonSet", ""};

void check_template_labels(const FieldPath& path, const Json& pod_template,
                           std::optional<SelectorMatch> match, Findings& findings) {
  if (match != SelectorMatch::DoesNotMatch) return;
  const Json* labels = member(&pod_template, {"metadata", "labels"});
  findings.invalid(path.child("metadata.labels"), labels ? labels : nullptr,
                   "`selector` does not match template `labels`");
}

// The Pods of what keeps a number of them running must not end.
void check_lasting(const FieldPath& template_path, const Json& pod_template,
                   const Workload& workload, Findings& findings) {
  const Json* spec = member(&pod_template, "spec");
  check_one_of(template_path.child("spec.restartPolicy"), text(spec, "restartPolicy"), kAlways,
               findings);
  if (member(spec, "activeDeadlineSeconds") != nullptr) {
    findings.forbidden(
        template_path.child("spec.activeDeadlineSeconds"),
        "activeDeadlineSeconds in " + std::string(workload.in_deadline_text) + " is not Supported");
  }
}

// The selector, and whether it can be used.
std::optional<SelectorMatch> check_selector(const FieldPath& path, const Json* spec,
                                            const Workload& workload, Findings& findings) {
  const Json* selector = member(spec, "selector");
  const FieldPath at = path.child("selector");
  if (selector == nullptr) {
    findings.required(at);
  } else {
    check_label_selector(at, selector, findings);
    if (!has_requirements(selector)) {
      findings.invalid(at, selector,
                       "empty selector is invalid for " + std::string(workload.in_selector_text));
    }
  }
  const SelectorMatch match =
      match_labels(selector, member(&template_or_empty(spec), {"metadata", "labels"}));
  if (match == SelectorMatch::Unreadable) {
    findings.invalid(at, selector, workload.unreadable);
    return std::nullopt;
  }
  // Nothing is selected by a selector that is not there.
  if (selector == nullptr) return SelectorMatch::DoesNotMatch;
  return match;
}

void check_pods_of(const FieldPath& path, const Json* spec, const Workload& workload,
                   Findings& findings) {
  const auto match = check_selector(path, spec, workload, findings);
  if (!match) return;
  const FieldPath at = path.child("template");
  const Json& pod_template = template_or_empty(spec);
  check_template_labels(at, pod_template, match, findings);
  check_pod_template(at, pod_template, findings);
  check_lasting(at, pod_template, workload, findings);
}

void check_strategy(const FieldPath& path, const Json* strategy, Findings& findings) {
  const std::string_view type = text(strategy, "type");
  const Json* rolling = member(strategy, "rollingUpdate");
  const FieldPath at = path.child("rollingUpdate");
  if (type == "Recreate") {
    if (rolling != nullptr) {
      findings.forbidden(at, "may not be specified when strategy `type` is 'Recreate'");
    }
  } else if (type == "RollingUpdate") {
    if (rolling == nullptr) {
      return findings.required(at, "this should be defaulted and never be nil");
    }
    check_portion(at.child("maxUnavailable"), member(rolling, "maxUnavailable"), findings);
    check_portion(at.child("maxSurge"), member(rolling, "maxSurge"), findings);
    if (portion_value(member(rolling, "maxUnavailable")) == 0 &&
        portion_value(member(rolling, "maxSurge")) == 0) {
      findings.invalid(at.child("maxUnavailable"), shown_portion(member(rolling, "maxUnavailable")),
                       "may not be 0 when `maxSurge` is 0");
    }
    check_at_most_all(at.child("maxUnavailable"), member(rolling, "maxUnavailable"), findings);
  } else {
    constexpr std::string_view kTypes[] = {"Recreate", "RollingUpdate"};
    std::string shown = R"({"Type":")" + std::string(type) + R"(","RollingUpdate":null})";
    findings.not_supported(path, Shown::verbatim(std::move(shown)), kTypes);
  }
}

void check_daemon_strategy(const FieldPath& path, const Json* strategy, Findings& findings) {
  const std::string_view type = text(strategy, "type");
  if (type == "OnDelete") return;
  if (type != "RollingUpdate") {
    constexpr std::string_view kTypes[] = {"RollingUpdate", "OnDelete"};
    std::string shown = R"({"Type":")" + std::string(type) + R"(","RollingUpdate":null})";
    return findings.not_supported(path, Shown::verbatim(std::move(shown)), kTypes);
  }
  const Json* rolling = member(strategy, "rollingUpdate");
  const FieldPath at = path.child("rollingUpdate");
  if (rolling == nullptr) return findings.required(at);
  const Json* unavailable = member(rolling, "maxUnavailable");
  const Json* surge = member(rolling, "maxSurge");
  check_portion(at.child("maxUnavailable"), unavailable, findings);
  check_portion(at.child("maxSurge"), surge, findings);
  check_at_most_all(at.child("maxUnavailable"), unavailable, findings);
  check_at_most_all(at.child("maxSurge"), surge, findings);
  const bool has_unavailable = portion_value(unavailable) != 0;
  const bool has_surge = portion_value(surge) != 0;
  if (has_unavailable && has_surge) {
    findings.invalid(at.child("maxSurge"), shown_portion(surge),
                     "may not be set when maxUnavailable is non-zero");
  } else if (!has_unavailable && !has_surge) {
    findings.required(at.child("maxUnavailable"), "cannot be 0 when maxSurge is 0");
  }
}

void check_set_strategy(const FieldPath& spec_path, const Json* spec, Findings& findings) {
  const FieldPath path = spec_path.child("updateStrategy");
  const Json* strategy = member(spec, "updateStrategy");
  const std::string_view type = text(strategy, "type");
  const Json* rolling = member(strategy, "rollingUpdate");
  const FieldPath at = path.child("rollingUpdate");
  if (type.empty()) {
    findings.required(path);
  } else if (type == "RollingUpdate") {
    check_not_negative(at, rolling, "partition", findings);
    if (const Json* unavailable = member(rolling, "maxUnavailable")) {
      const FieldPath one = at.child("maxUnavailable");
      check_portion(one, unavailable, findings);
      if (portion_value(unavailable) == 0) {
        findings.invalid(one, shown_portion(unavailable), "cannot be 0");
      }
      check_at_most_all(one, unavailable, findings);
    }
  } else if (type == "OnDelete") {
    if (rolling != nullptr) {
      const auto value = [rolling](std::string_view name) {
        return Shown(member(rolling, name)).text();
      };
      // As Go prints its own type.
      findings.invalid(at,
                       Shown::verbatim(R"({"Partition":)" + value("partition") +
                                       R"(,"MaxUnavailable":)" + value("maxUnavailable") + "}"),
                       "only allowed for updateStrategy 'RollingUpdate'");
    }
  } else {
    std::string shown = R"({"Type":")" + std::string(type) + R"(","RollingUpdate":null})";
    findings.invalid(path, Shown::verbatim(std::move(shown)),
                     "must be 'RollingUpdate' or 'OnDelete'");
  }
}

// The Pods of a StatefulSet get volumes of its claims, and their names from their places.
Json as_made(const Json& spec) {
  Json pod_template = template_or_empty(&spec);
  Json* pod_spec = pod_template.find("spec");
  if (pod_spec == nullptr || !pod_spec->object()) return pod_template;
  pod_spec->erase("subdomain");
  pod_spec->erase("hostname");
  Json::Array volumes;
  for (const Json& claim : items(&spec, "volumeClaimTemplates")) {
    const Json name(text(member(&claim, "metadata"), "name"));
    Json source{Json::Object()};
    source.set("claimName", name);
    Json volume{Json::Object()};
    volume.set("name", name);
    volume.set("persistentVolumeClaim", std::move(source));
    volumes.push_back(std::move(volume));
  }
  if (volumes.empty()) return pod_template;
  const std::size_t claims = volumes.size();
  for (const Json& volume : items(pod_spec, "volumes")) {
    bool is_claim = false;
    for (std::size_t i = 0; i < claims; ++i) {
      is_claim = is_claim || text(&volumes[i], "name") == text(&volume, "name");
    }
    if (!is_claim) volumes.push_back(volume);
  }
  pod_spec->set("volumes", Json(std::move(volumes)));
  return pod_template;
}

}  // namespace

void check_deployment(const Json& deployment, Findings& findings) {
  const FieldPath path("spec");
  const Json* spec = member(&deployment, "spec");
  check_not_negative(path, spec, "replicas", findings);
  check_pods_of(path, spec, kDeployment, findings);
  check_strategy(path.child("strategy"), member(spec, "strategy"), findings);
  for (const std::string_view name :
       {"minReadySeconds", "revisionHistoryLimit", "progressDeadlineSeconds"}) {
    check_not_negative(path, spec, name, findings);
  }
  const auto deadline = number(spec, "progressDeadlineSeconds");
  if (deadline && *deadline <= number_or_zero(spec, "minReadySeconds")) {
    findings.invalid(path.child("progressDeadlineSeconds"), *deadline,
                     "must be greater than minReadySeconds");
  }
}

void check_replica_set(const Json& replica_set, Findings& findings) {
  const FieldPath path("spec");
  const Json* spec = member(&replica_set, "spec");
  check_not_negative(path, spec, "replicas", findings);
  check_not_negative(path, spec, "minReadySeconds", findings);
  check_pods_of(path, spec, kDeployment, findings);
}

void check_replication_controller(const Json& controller, Findings& findings) {
  const FieldPath path("spec");
  const Json* spec = member(&controller, "spec");
  constexpr Workload kController{"", "ReplicationController", ""};
  check_not_negative(path, spec, "minReadySeconds", findings);
  const auto selector = entries(spec, "selector");
  if (selector.empty()) findings.required(path.child("selector"));
  check_not_negative(path, spec, "replicas", findings);
  const FieldPath at = path.child("template");
  if (template_of(spec) == nullptr) return findings.required(at);
  const Json& pod_template = template_or_empty(spec);
  if (!selector.empty()) {
    Json wrapped{Json::Object()};
    wrapped.set("matchLabels", *member(spec, "selector"));
    check_template_labels(at, pod_template,
                          match_labels(&wrapped, member(&pod_template, {"metadata", "labels"})),
                          findings);
  }
  check_pod_template(at, pod_template, findings);
  check_lasting(at, pod_template, kController, findings);
}

void check_daemon_set(const Json& daemon_set, Findings& findings) {
  const FieldPath path("spec");
  const Json* spec = member(&daemon_set, "spec");
  const FieldPath at = path.child("template");
  const Json& pod_template = template_or_empty(spec);
  check_label_selector(path.child("selector"), member(spec, "selector"), findings);
  const Json* labels = member(&pod_template, {"metadata", "labels"});
  const SelectorMatch match = member(spec, "selector") == nullptr
                                  ? SelectorMatch::DoesNotMatch
                                  : match_labels(member(spec, "selector"), labels);
  check_template_labels(at, pod_template, match, findings);
  if (member(spec, "selector") != nullptr && !has_requirements(member(spec, "selector"))) {
    findings.invalid(path.child("selector"), member(spec, "selector"),
                     "empty selector is invalid for daemonset");
  }
  check_pod_template(at, pod_template, findings);
  check_lasting(at, pod_template, kDaemonSet, findings);
  check_not_negative(path, spec, "minReadySeconds", findings);
  check_daemon_strategy(path.child("updateStrategy"), member(spec, "updateStrategy"), findings);
  check_not_negative(path, spec, "revisionHistoryLimit", findings);
}

void check_stateful_set(const Json& stateful_set, Findings& findings) {
  constexpr std::string_view kManagement[] = {"OrderedReady", "Parallel"};
  const FieldPath path("spec");
  const Json* spec = member(&stateful_set, "spec");
  const std::string_view management = text(spec, "podManagementPolicy");
  if (management.empty()) {
    findings.required(path.child("podManagementPolicy"));
  } else if (management != kManagement[0] && management != kManagement[1]) {
    findings.invalid(path.child("podManagementPolicy"), management,
                     "must be 'OrderedReady' or 'Parallel'");
  }
  check_set_strategy(path, spec, findings);
  const FieldPath claims = path.child("volumeClaimTemplates");
  std::size_t index = 0;
  for (const Json& claim : items(spec, "volumeClaimTemplates")) {
    const FieldPath at = claims.at(index++);
    check_volume_claim_spec(at.child("spec"), member(&claim, "spec"), findings);
  }
  check_not_negative(path, spec, "replicas", findings);
  check_not_negative(path, spec, "minReadySeconds", findings);
  if (const std::string_view service = text(spec, "serviceName"); !service.empty()) {
    check_dns_label(path.child("serviceName"), service, findings);
  }
  const auto match = check_selector(path, spec, kStatefulSet, findings);
  const FieldPath at = path.child("template");
  const Json pod_template = spec != nullptr ? as_made(*spec) : kNoObject;
  if (match) {
    check_template_labels(at, pod_template, match, findings);
    check_pod_template(at, pod_template, findings);
  }
  check_lasting(at, pod_template, kStatefulSet, findings);
}

void check_stateful_set_change(const Json& before, const Json& after, Findings& findings) {
  const FieldPath path("spec");
  for (const std::string_view name :
       {"selector", "volumeClaimTemplates", "serviceName", "podManagementPolicy"}) {
    check_immutable(path.child(name), member(&before, {"spec", name}),
                    member(&after, {"spec", name}), findings);
  }
}

void check_selector_change(const Json& before, const Json& after, Findings& findings) {
  const FieldPath path("spec");
  check_immutable(path.child("selector"), member(&before, {"spec", "selector"}),
                  member(&after, {"spec", "selector"}), findings);
}

}  // namespace kaudit::apiserver::objects::validate
