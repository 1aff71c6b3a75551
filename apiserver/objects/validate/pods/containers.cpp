#include "apiserver/objects/validate/pods/containers.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "apiserver/objects/validate/pods/handlers.hpp"
#include "apiserver/objects/validate/pods/security.hpp"
#include "apiserver/objects/validate/pods/variables.hpp"
#include "apiserver/objects/validate/words/members.hpp"
#include "apiserver/objects/validate/words/name_rules.hpp"
#include "apiserver/objects/validate/words/quantities.hpp"
#include "apiserver/objects/validate/words/text_rules.hpp"
#include "base/text/trim.hpp"

namespace kaudit::apiserver::objects::validate {
namespace {

constexpr std::string_view kProtocols[] = {"SCTP", "TCP", "UDP"};
constexpr std::string_view kPullPolicies[] = {"Always", "IfNotPresent", "Never"};
constexpr std::string_view kMessagePolicies[] = {"File", "FallbackToLogsOnError"};
constexpr std::string_view kRestartPolicies[] = {"Always", "Never", "OnFailure"};

/// What containers are judged by that their Pod says.
struct PodContext {
  const Json& spec;
  const Volumes& volumes;
  std::optional<std::int64_t> grace;
  PodOs os;
};

PodOs os_of(const Json& spec) {
  const Json* os = member(&spec, "os");
  if (os == nullptr) return PodOs::Unsaid;
  const std::string_view name = text(os, "name");
  if (name == "linux") return PodOs::Linux;
  return name == "windows" ? PodOs::Windows : PodOs::Other;
}

void check_ports(const FieldPath& path, const Json& container, Findings& findings) {
  NameSet names;
  std::size_t index = 0;
  for (const Json& port : items(&container, "ports")) {
    const FieldPath at = path.at(index++);
    if (const std::string_view name = text(&port, "name"); !name.empty()) {
      const auto faults = port_name_errors(name);
      findings.invalid(at.child("name"), name, faults);
      if (faults.empty() && !names.insert(name).second) findings.duplicate(at.child("name"), name);
    }
    const std::int64_t number_inside = number_or_zero(&port, "containerPort");
    if (number_inside == 0) {
      findings.required(at.child("containerPort"));
    } else {
      for (const std::string& fault : port_number_errors(number_inside)) {
        findings.invalid(at.child("containerPort"), number_inside, fault);
      }
    }
    if (const std::int64_t outside = number_or_zero(&port, "hostPort"); outside != 0) {
      for (const std::string& fault : port_number_errors(outside)) {
        findings.invalid(at.child("hostPort"), outside, fault);
      }
    }
    check_required_one_of(at.child("protocol"), text(&port, "protocol"), kProtocols, findings);
  }
}

// Two containers of a Pod cannot have the same port of a Node.
void check_host_ports(const FieldPath& list, std::span<const Json> containers, Findings& findings) {
  std::set<std::string> taken;
  for (std::size_t c = 0; c < containers.size(); ++c) {
    const auto ports = items(&containers[c], "ports");
    for (std::size_t p = 0; p < ports.size(); ++p) {
      const std::int64_t host_port = number_or_zero(&ports[p], "hostPort");
      if (host_port == 0) continue;
      std::string place(text(&ports[p], "protocol"));
      place.append("/").append(text(&ports[p], "hostIP")).append("/");
      place += std::to_string(host_port);
      if (taken.insert(place).second) continue;
      const FieldPath container = list.at(c);
      const FieldPath all = container.child("ports");
      const FieldPath port = all.at(p);
      findings.duplicate(port.child("hostPort"), place);
    }
  }
}

void check_resize_policy(const FieldPath& path, const Json& container, const PodContext& pod,
                         Findings& findings) {
  constexpr std::string_view kResources[] = {"cpu", "memory"};
  constexpr std::string_view kPolicies[] = {"NotRequired", "RestartContainer"};
  NameSet seen;
  std::size_t index = 0;
  for (const Json& policy : items(&container, "resizePolicy")) {
    const std::string_view resource = text(&policy, "resourceName");
    const std::string_view restart = text(&policy, "restartPolicy");
    if (!seen.insert(resource).second) findings.duplicate(path.at(index), resource);
    ++index;
    check_required_one_of(path, resource, kResources, findings);
    check_required_one_of(path, restart, kPolicies, findings);
    if (text(&pod.spec, "restartPolicy") == "Never" && restart != "NotRequired") {
      findings.invalid(path, restart, "must be 'NotRequired' when pod `restartPolicy` is 'Never'");
    }
  }
}

// What holds for containers of every list.
void check_container(const FieldPath& path, const Json& container, const PodContext& pod,
                     Findings& findings) {
  if (const std::string_view name = text(&container, "name"); name.empty()) {
    findings.required(path.child("name"));
  } else {
    check_dns_label(path.child("name"), name, findings);
  }
  if (text(&container, "image").empty()) findings.required(path.child("image"));
  check_required_one_of(path.child("terminationMessagePolicy"),
                        text(&container, "terminationMessagePolicy"), kMessagePolicies, findings);
  check_ports(path.child("ports"), container, findings);
  check_variables(path, container, findings);
  check_mounts(path, container, pod.volumes, findings);
  check_required_one_of(path.child("imagePullPolicy"), text(&container, "imagePullPolicy"),
                        kPullPolicies, findings);
  check_container_resources(path.child("resources"), member(&container, "resources"), findings);
  check_resize_policy(path.child("resizePolicy"), container, pod, findings);
  check_security_context(path.child("securityContext"), member(&container, "securityContext"),
                         findings);
}

void check_restart_policy(const FieldPath& path, const Json& container, Findings& findings) {
  if (member(&container, "restartPolicy") == nullptr) return;
  check_one_of(path.child("restartPolicy"), text(&container, "restartPolicy"), kRestartPolicies,
               findings);
}

void check_main_containers(const FieldPath& path, const PodContext& pod, Findings& findings) {
  const auto containers = items(&pod.spec, "containers");
  if (containers.empty()) return findings.required(path);
  NameSet names;
  for (std::size_t i = 0; i < containers.size(); ++i) {
    const Json& container = containers[i];
    const FieldPath at = path.at(i);
    check_container(at, container, pod, findings);
    if (!names.insert(text(&container, "name")).second) {
      findings.duplicate(at.child("name"), text(&container, "name"));
    }
    check_lifecycle(at.child("lifecycle"), member(&container, "lifecycle"), pod.grace, pod.os,
                    findings);
    check_probes(at, container, pod.grace, findings);
    check_restart_policy(at, container, findings);
  }
  check_host_ports(path, containers, findings);
}

void check_init_containers(const FieldPath& path, const PodContext& pod, Findings& findings) {
  const auto containers = items(&pod.spec, "initContainers");
  if (containers.empty()) return;
  NameSet names;
  for (const Json& container : items(&pod.spec, "containers")) {
    names.insert(text(&container, "name"));
  }
  for (std::size_t i = 0; i < containers.size(); ++i) {
    const Json& container = containers[i];
    const FieldPath at = path.at(i);
    check_container(at, container, pod, findings);
    check_restart_policy(at, container, findings);
    const std::string_view name = text(&container, "name");
    if (names.contains(name)) {
      findings.duplicate(at.child("name"), name);
    } else if (!name.empty()) {
      names.insert(name);
    }
    check_host_ports(path, containers.subspan(i, 1), findings);
    if (text(&container, "restartPolicy") == "Always") {
      check_lifecycle(at.child("lifecycle"), member(&container, "lifecycle"), pod.grace, pod.os,
                      findings);
      check_probes(at, container, pod.grace, findings);
      continue;
    }
    static constexpr MemberName kParts[] = {"lifecycle", "livenessProbe", "readinessProbe",
                                            "startupProbe"};
    for (const MemberName& part : kParts) {
      if (member(&container, part) != nullptr) {
        findings.forbidden(at.child(part.text()),
                           "may not be set for init containers without restartPolicy=Always");
      }
    }
  }
}

// Ephemeral containers come to a Pod that runs: nothing can be promised to them.
constexpr std::string_view kNotEphemeral[] = {
    "ports",     "lifecycle",    "livenessProbe", "readinessProbe",    "startupProbe",
    "resources", "resizePolicy", "restartPolicy", "restartPolicyRules"};

bool is_set(const Json* value) {
  if (value == nullptr) return false;
  if (value->object() != nullptr) return !value->object()->empty();
  if (value->array() != nullptr) return !value->array()->empty();
  return true;
}

void check_ephemeral_containers(const FieldPath& path, const PodContext& pod, Findings& findings) {
  const auto containers = items(&pod.spec, "ephemeralContainers");
  if (containers.empty()) return;
  NameSet lasting;
  for (const std::string_view list : {"containers", "initContainers"}) {
    for (const Json& each : items(&pod.spec, list)) lasting.insert(text(&each, "name"));
  }
  NameSet names = lasting;
  for (std::size_t i = 0; i < containers.size(); ++i) {
    const Json& container = containers[i];
    const FieldPath at = path.at(i);
    check_container(at, container, pod, findings);
    const std::string_view image = text(&container, "image");
    if (trim_space(image) != image) {
      findings.invalid(at.child("image"), image, "must not have leading or trailing whitespace");
    }
    if (!names.insert(text(&container, "name")).second) {
      findings.duplicate(at.child("name"), text(&container, "name"));
    }
    const std::string_view target = text(&container, "targetContainerName");
    if (!target.empty() && !lasting.contains(target)) {
      findings.not_found(at.child("targetContainerName"), target);
    }
    for (const std::string_view part : kNotEphemeral) {
      if (is_set(member(&container, part))) {
        findings.forbidden(at.child(part), "cannot be set for an Ephemeral Container");
      }
    }
    const FieldPath mounts = at.child("volumeMounts");
    std::size_t index = 0;
    for (const Json& mount : items(&container, "volumeMounts")) {
      const FieldPath one = mounts.at(index++);
      for (const std::string_view part : {"subPath", "subPathExpr"}) {
        if (!text(&mount, part).empty()) {
          findings.forbidden(one.child(part), "cannot be set for an Ephemeral Container");
        }
      }
    }
  }
}

}  // namespace

void check_all_containers(const FieldPath& spec_path, const Json& spec, const Volumes& volumes,
                          Findings& findings) {
  const PodContext pod{spec, volumes, number(&spec, "terminationGracePeriodSeconds"), os_of(spec)};
  check_main_containers(spec_path.child("containers"), pod, findings);
  check_init_containers(spec_path.child("initContainers"), pod, findings);
  check_ephemeral_containers(spec_path.child("ephemeralContainers"), pod, findings);
}

}  // namespace kaudit::apiserver::objects::validate
