#include "apiserver/objects/validate/warnings/container_warnings.hpp"

#include <map>
#include <set>
#include <utility>

#include "apiserver/objects/validate/words/members.hpp"
#include "base/text/quote.hpp"

namespace kaudit::apiserver::objects::validate {
namespace {

/// What a client lists is compared with so much of it: each with each takes time.
constexpr std::size_t kMostCompared = 100;
constexpr std::string_view kSeccompPrefix = "container.seccomp.security.alpha.kubernetes.io/";
constexpr std::string_view kAppArmorPrefix = "container.apparmor.security.beta.kubernetes.io/";

/// All containers of a Pod, in Kubernetes' order.
template <typename Visit>
void for_each_container(const FieldPath& spec_path, const Json* spec, const Visit& visit) {
  for (const char* name : {"initContainers", "containers", "ephemeralContainers"}) {
    const FieldPath list = spec_path.child(name);
    std::size_t index = 0;
    for (const Json& container : items(spec, name)) visit(list.at(index++), container);
  }
}

/// Whether an annotation says the same as a profile. (pkg/api/pod ApparmorFieldForAnnotation)
bool is_same_profile(std::string_view annotation, const Json* profile) {
  constexpr std::string_view kLocalhost = "localhost/";
  if (profile == nullptr) return false;
  const std::string_view type = text(profile, "type");
  if (annotation == "unconfined") return type == "Unconfined";
  if (annotation == "runtime/default") return type == "RuntimeDefault";
  return annotation.starts_with(kLocalhost) && type == "Localhost" &&
         text(profile, "localhostProfile") == annotation.substr(kLocalhost.size());
}

// A variable may be given again if the new value has the old one in it.
void warn_of_variables(const FieldPath& path, const Json& container, WarningList& warnings) {
  const FieldPath list = path.child("env");
  std::set<std::string_view> seen;
  std::size_t index = 0;
  for (const Json& variable : items(&container, "env")) {
    const FieldPath at = list.at(index++);
    const std::string_view name = text(&variable, "name");
    if (seen.insert(name).second) continue;
    const std::string reference = "$(" + std::string(name) + ")";
    const std::string_view value = text(&variable, "value");
    if (member(&variable, "valueFrom") != nullptr || value == reference ||
        value.find(reference) == std::string_view::npos) {
      warnings.add(at, "hides previous definition of " + go_quoted(name) +
                           ", which may be dropped when using apply");
    }
  }
}

void warn_of_container(const FieldPath& path, const FieldPath& annotations, const Json& container,
                       const Json& pod, PodWarnings of, WarningList& warnings) {
  const Json* security = member(&container, "securityContext");
  const std::string seccomp = std::string(kSeccompPrefix).append(text(&container, "name"));
  if (member(security, "seccompProfile") == nullptr && has_annotation(pod, seccomp)) {
    warnings.add(annotations.key(seccomp), kSeccompWarning);
  }
  const std::string app_armor = std::string(kAppArmorPrefix).append(text(&container, "name"));
  // Of a Pod this is said elsewhere, when the annotation is made a member.
  if (of == PodWarnings::OfTemplate && member(security, "appArmorProfile") == nullptr &&
      has_annotation(pod, app_armor)) {
    const std::string_view annotation = text(member(&pod, {"metadata", "annotations"}), app_armor);
    const Json* of_pod = member(&pod, {"spec", "securityContext", "appArmorProfile"});
    if (!is_same_profile(annotation, of_pod)) {
      warnings.add(annotations.key(app_armor),
                   R"(deprecated since v1.30; use the "appArmorProfile" field instead)");
    }
  }
  const Json* resources = member(&container, "resources");
  const FieldPath resources_path = path.child("resources");
  for (const char* resource : {"memory", "ephemeral-storage"}) {
    for (const char* part : {"limits", "requests"}) {
      const FieldPath at = resources_path.child(part);
      warn_of_fraction(at, member(resources, part), resource, warnings);
    }
  }
  warn_of_variables(path, container, warnings);
}

/// A port that has been seen.
struct SeenPort {
  std::string path;
  std::string_view host_ip;
  std::int64_t host_port = 0;
};

std::string go_struct(const Json& port) {
  return "{Name:" + std::string(text(&port, "name")) +
         " HostPort:" + std::to_string(number_or_zero(&port, "hostPort")) +
         " ContainerPort:" + std::to_string(number_or_zero(&port, "containerPort")) +
         " Protocol:" + std::string(text(&port, "protocol")) +
         " HostIP:" + std::string(text(&port, "hostIP")) + "}";
}

// Of two ports that have the same number and protocol.
std::string_view relation(const SeenPort& port, const SeenPort& other) {
  if (port.host_ip == other.host_ip && port.host_port == other.host_port) return "duplicate";
  if (port.host_port == 0 || other.host_port == 0) return "overlapping";
  const bool one_anywhere = port.host_ip.empty() != other.host_ip.empty();
  return port.host_port == other.host_port && one_anywhere ? "dangerously ambiguous" : "";
}

void warn_of_ports(const FieldPath& spec_path, const Json* spec, WarningList& warnings) {
  std::map<std::pair<std::int64_t, std::string_view>, std::vector<SeenPort>> seen;
  for_each_container(spec_path, spec, [&](const FieldPath& path, const Json& container) {
    const FieldPath list = path.child("ports");
    std::size_t index = 0;
    for (const Json& port : items(&container, "ports")) {
      const FieldPath at = list.at(index++);
      SeenPort here{at.text(), text(&port, "hostIP"), number_or_zero(&port, "hostPort")};
      if (!here.host_ip.empty() && here.host_port == 0) {
        warnings.add(at, "hostIP set without hostPort: " + go_struct(port));
      }
      auto& others = seen[{number_or_zero(&port, "containerPort"), text(&port, "protocol")}];
      for (const SeenPort& other : others) {
        const std::string_view how = relation(here, other);
        if (how.empty() || warnings.full()) continue;
        warnings.add(at, std::string(how).append(" port definition with ").append(other.path));
      }
      if (others.size() < kMostCompared) others.push_back(std::move(here));
    }
  });
}

// Sidecars count, and so do containers that have ended before the others begin.
void warn_of_port_names(const FieldPath& spec_path, const Json* spec, WarningList& warnings) {
  std::map<std::string_view, std::string> seen;
  for_each_container(spec_path, spec, [&](const FieldPath& path, const Json& container) {
    const FieldPath list = path.child("ports");
    std::size_t index = 0;
    for (const Json& port : items(&container, "ports")) {
      const FieldPath at = list.at(index++);
      const std::string_view name = text(&port, "name");
      if (name.empty()) continue;
      const auto [first, is_new] = seen.try_emplace(name, at.text());
      if (is_new) continue;
      warnings.add(at, "duplicate port name " + go_quoted(name) + " with " + first->second +
                           ", services and probes that select ports by name will use " +
                           first->second);
    }
  });
}

}  // namespace

void warn_of_containers(const FieldPath& path, const Json& pod, PodWarnings of,
                        WarningList& warnings) {
  const Json* spec = member(&pod, "spec");
  const FieldPath spec_path = path.child("spec");
  const FieldPath metadata = path.child("metadata");
  const FieldPath annotations = metadata.child("annotations");
  for_each_container(spec_path, spec, [&](const FieldPath& at, const Json& container) {
    warn_of_container(at, annotations, container, pod, of, warnings);
  });
  warn_of_ports(spec_path, spec, warnings);
  warn_of_port_names(spec_path, spec, warnings);
}

}  // namespace kaudit::apiserver::objects::validate
