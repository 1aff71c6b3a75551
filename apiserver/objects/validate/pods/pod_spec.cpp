#include "apiserver/objects/validate/pods/pod_spec.hpp"

#include <limits>
#include <string>
#include <string_view>

#include "apiserver/objects/validate/pods/containers.hpp"
#include "apiserver/objects/validate/pods/placement.hpp"
#include "apiserver/objects/validate/pods/security.hpp"
#include "apiserver/objects/validate/pods/volumes.hpp"
#include "apiserver/objects/validate/words/label_names.hpp"
#include "apiserver/objects/validate/words/label_rules.hpp"
#include "apiserver/objects/validate/words/members.hpp"
#include "apiserver/objects/validate/words/text_rules.hpp"
#include "base/text/list.hpp"
#include "base/text/quote.hpp"

namespace kaudit::apiserver::objects::validate {
namespace {

constexpr std::string_view kPodRestartPolicies[] = {"Always", "OnFailure", "Never"};
constexpr std::string_view kDnsPolicies[] = {"ClusterFirstWithHostNet", "ClusterFirst", "Default",
                                             "None"};
constexpr std::string_view kPreemption[] = {"PreemptLowerPriority", "Never"};
constexpr std::string_view kSystems[] = {"linux", "windows"};
constexpr std::string_view kEffects[] = {"NoSchedule", "PreferNoSchedule", "NoExecute"};

// On the network of its Node a Pod's ports are the Node's.
void check_host_network(const FieldPath& path, const Json& spec, PodSpecOf whose,
                        Findings& findings) {
  if (!is_true(&spec, "hostNetwork")) return;
  const FieldPath list = path.child("containers");
  std::size_t c = 0;
  for (const Json& container : items(&spec, "containers")) {
    const FieldPath at = list.at(c++);
    const FieldPath ports = at.child("ports");
    std::size_t p = 0;
    for (const Json& port : items(&container, "ports")) {
      const FieldPath one = ports.at(p++);
      const std::int64_t outside = number_or_zero(&port, "hostPort");
      if (whose == PodSpecOf::Template && outside == 0) continue;
      if (outside != number_or_zero(&port, "containerPort")) {
        findings.invalid(one.child("hostPort"), outside,
                         "must match `containerPort` when `hostNetwork` is true");
      }
    }
  }
}

void check_dns_config(const FieldPath& path, const Json& spec, Findings& findings) {
  constexpr std::size_t kMostServers = 3;
  const Json* config = member(&spec, "dnsConfig");
  const auto servers = items(config, "nameservers");
  if (text(&spec, "dnsPolicy") == "None") {
    if (config == nullptr) {
      return findings.required(path, "must provide `dnsConfig` when `dnsPolicy` is None");
    }
    if (servers.empty()) {
      return findings.required(path.child("nameservers"),
                               "must provide at least one DNS nameserver when `dnsPolicy` is None");
    }
  }
  const FieldPath list = path.child("nameservers");
  if (servers.size() > kMostServers) {
    findings.invalid(list, member(config, "nameservers"), "must not have more than 3 nameservers");
  }
  for (std::size_t i = 0; i < servers.size(); ++i) {
    check_ip(list.at(i), text_of(servers[i]), findings);
  }
}

void check_host_aliases(const FieldPath& path, const Json& spec, Findings& findings) {
  std::size_t index = 0;
  for (const Json& alias : items(&spec, "hostAliases")) {
    const FieldPath at = path.at(index++);
    check_ip(at.child("ip"), text(&alias, "ip"), findings);
    const FieldPath names = at.child("hostnames");
    std::size_t i = 0;
    for (const Json& name : items(&alias, "hostnames")) {
      check_dns_subdomain(names.at(i++), text_of(name), findings);
    }
  }
}

void check_gates(const FieldPath& path, const Json& spec, Findings& findings) {
  NameSet seen;
  std::size_t index = 0;
  for (const Json& gate : items(&spec, "schedulingGates")) {
    const FieldPath at = path.at(index++);
    const std::string_view name = text(&gate, "name");
    check_qualified_name(at, name, findings);
    if (!seen.insert(name).second) findings.duplicate(at, name);
  }
}

void check_toleration(const FieldPath& path, const Json& toleration, Findings& findings) {
  const std::string_view key = text(&toleration, "key");
  const std::string_view op = text(&toleration, "operator");
  const std::string_view value = text(&toleration, "value");
  const std::string_view effect = text(&toleration, "effect");
  if (!key.empty()) check_qualified_name(path.child("key"), key, findings);
  if (key.empty() && op != "Exists") {
    findings.invalid(path.child("operator"), op,
                     "operator must be Exists when `key` is empty, which means \"match all values "
                     "and all keys\"");
  }
  if (member(&toleration, "tolerationSeconds") != nullptr && effect != "NoExecute") {
    findings.invalid(path.child("effect"), effect,
                     "effect must be 'NoExecute' when `tolerationSeconds` is set");
  }
  if (op.empty() || op == "Equal") {
    if (const auto faults = label_value_errors(value); !faults.empty()) {
      findings.invalid(path.child("operator"), value, joined(faults, ";"));
    }
  } else if (op == "Exists") {
    if (!value.empty()) {
      findings.invalid(path.child("operator"), value,
                       "value must be empty when `operator` is 'Exists'");
    }
  } else {
    constexpr std::string_view kOperators[] = {"Equal", "Exists"};
    constexpr std::string_view kAllOperators[] = {"Equal", "Exists", "Lt", "Gt"};
    if (op == "Lt" || op == "Gt") {
      findings.not_supported(path.child("operator"), op, kAllOperators);
    } else {
      findings.not_supported(path.child("operator"), op, kOperators);
    }
  }
  if (!effect.empty()) check_one_of(path.child("effect"), effect, kEffects, findings);
}

// Names of other objects, and what else is one text.
void check_names(const FieldPath& path, const Json& spec, Findings& findings) {
  const std::string_view account = text(&spec, "serviceAccountName");
  if (!account.empty()) {
    check_dns_subdomain(path.child("serviceAccountName"), account, findings);
  }
  const std::string_view deprecated = text(&spec, "serviceAccount");
  if (deprecated != account) {
    findings.invalid(path.child("deprecatedServiceAccount"), deprecated,
                     "must be the same as serviceAccountName: " + go_quoted(account));
  }
  if (const std::string_view node = text(&spec, "nodeName"); !node.empty()) {
    check_dns_subdomain(path.child("nodeName"), node, findings);
  }
  if (const auto deadline = number(&spec, "activeDeadlineSeconds")) {
    constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();
    if (*deadline < 1 || *deadline > kMost) {
      findings.invalid(path.child("activeDeadlineSeconds"), *deadline, range_error(1, kMost));
    }
  }
  static constexpr MemberName kLabels[] = {"hostname", "subdomain"};
  for (const MemberName& name : kLabels) {
    if (const std::string_view value = text(&spec, name); !value.empty()) {
      check_dns_label(path.child(name.text()), value, findings);
    }
  }
}

}  // namespace

void check_tolerations(const FieldPath& path, const Json& spec, Findings& findings) {
  std::size_t index = 0;
  for (const Json& toleration : items(&spec, "tolerations")) {
    check_toleration(path.at(index++), toleration, findings);
  }
}

void check_pod_spec(const FieldPath& path, const Json& spec, PodSpecOf whose, Findings& findings) {
  if (member(&spec, "terminationGracePeriodSeconds") == nullptr) {
    findings.required(path.child("terminationGracePeriodSeconds"));
  }
  const Volumes volumes = check_volumes(path.child("volumes"), spec, findings);
  check_all_containers(path, spec, volumes, findings);
  check_host_network(path, spec, whose, findings);
  check_required_one_of(path.child("restartPolicy"), text(&spec, "restartPolicy"),
                        kPodRestartPolicies, findings);
  check_required_one_of(path.child("dnsPolicy"), text(&spec, "dnsPolicy"), kDnsPolicies, findings);
  check_labels(path.child("nodeSelector"), &spec, "nodeSelector", findings);
  check_pod_security_context(path.child("securityContext"), member(&spec, "securityContext"),
                             findings);
  if (is_true(&spec, "shareProcessNamespace") && is_true(&spec, "hostPID")) {
    findings.invalid(path.child("shareProcessNamespace"), Json(true),
                     "ShareProcessNamespace and HostPID cannot both be enabled");
  }
  check_affinity(path.child("affinity"), member(&spec, "affinity"), findings);
  check_dns_config(path.child("dnsConfig"), spec, findings);
  const FieldPath gates = path.child("readinessGates");
  std::size_t index = 0;
  for (const Json& gate : items(&spec, "readinessGates")) {
    const FieldPath at = gates.at(index++);
    check_qualified_name(at.child("conditionType"), text(&gate, "conditionType"), findings);
  }
  check_gates(path.child("schedulingGates"), spec, findings);
  check_spread(path.child("topologySpreadConstraints"), spec, findings);
  check_names(path, spec, findings);
  check_tolerations(path.child("tolerations"), spec, findings);
  check_host_aliases(path.child("hostAliases"), spec, findings);
  const Json* priority_class = member(&spec, "priorityClassName");
  if (priority_class != nullptr && !text_of(*priority_class).empty()) {
    check_dns_subdomain(path.child("priorityClassName"), text_of(*priority_class), findings);
  }
  if (const Json* runtime_class = member(&spec, "runtimeClassName")) {
    check_dns_subdomain(path.child("runtimeClassName"), text_of(*runtime_class), findings);
  }
  if (member(&spec, "preemptionPolicy") != nullptr) {
    check_required_one_of(path.child("preemptionPolicy"), text(&spec, "preemptionPolicy"),
                          kPreemption, findings);
  }
  if (const Json* os = member(&spec, "os")) {
    const FieldPath at = path.child("os");
    if (const std::string_view name = text(os, "name"); name.empty()) {
      findings.required(at.child("name"), "cannot be empty");
    } else {
      check_one_of(at, name, kSystems, findings);
    }
  }
}

void check_pod_template(const FieldPath& path, const Json& pod_template, Findings& findings) {
  static const Json kEmpty{Json::Object()};
  const Json* metadata = member(&pod_template, "metadata");
  check_labels(path.child("labels"), metadata, "labels", findings);
  check_annotations(path.child("annotations"), metadata, "annotations", findings);
  const Json* spec = member(&pod_template, "spec");
  const FieldPath spec_path = path.child("spec");
  check_pod_spec(spec_path, spec ? *spec : kEmpty, PodSpecOf::Template, findings);
  if (!items(spec, "ephemeralContainers").empty()) {
    findings.forbidden(spec_path.child("ephemeralContainers"),
                       "ephemeral containers not allowed in pod template");
  }
}

}  // namespace kaudit::apiserver::objects::validate
