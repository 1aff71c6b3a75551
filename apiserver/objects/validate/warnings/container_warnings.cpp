#include "apiserver/objects/validate/warnings/container_warnings.hpp"

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "apiserver/objects/validate/words/members.hpp"
#include "base/text/quote.hpp"

namespace kaudit::apiserver::objects::validate {
namespace {

/// What a client lists is compared with so much of it: each with each takes time.
constexpr std::size_t kMostCompared = 100;
constexpr std::string_view kSeccompPrefix = "container.seccomp.security.alpha.kubernetes.io/";
constexpr std::string_view kAppArmorPrefix = "container.apparmor.security.beta.kubernetes.io/";

/// All containers of a Pod, in Kubernetes' order.
constexpr MemberName kLists[] = {"initContainers", "containers", "ephemeralContainers"};

template <typename Visit>
void for_each_container(const FieldPath& spec_path, const Json* spec, const Visit& visit) {
  for (const MemberName& name : kLists) {
    const FieldPath list = spec_path.child(name.text());
    std::size_t index = 0;
    for (const Json& container : items(spec, name)) visit(list.at(index++), container);
  }
}

/// A port of a container, of which the path is seldom wanted.
struct PortPlace {
  std::string_view list;  ///< of containers
  std::size_t container = 0;
  std::size_t port = 0;

  std::string path(const FieldPath& spec_path) const {
    const FieldPath containers = spec_path.child(list);
    const FieldPath at = containers.at(container);
    const FieldPath ports = at.child("ports");
    return ports.at(port).text();
  }
};

template <typename Visit>
void for_each_port(const Json* spec, const Visit& visit) {
  for (const MemberName& name : kLists) {
    PortPlace place{name.text()};
    for (const Json& container : items(spec, name)) {
      place.port = 0;
      for (const Json& port : items(&container, "ports")) {
        visit(place, port);
        ++place.port;
      }
      ++place.container;
    }
  }
}

/// The annotation of that name; null when there is none.
const Json::Member* annotation(const Json& pod, std::string_view prefix, std::string_view name) {
  for (const Json::Member& each : entries(member(&pod, "metadata"), "annotations")) {
    if (each.name.size() == prefix.size() + name.size() && each.name.starts_with(prefix) &&
        each.name.ends_with(name)) {
      return &each;
    }
  }
  return nullptr;
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
  NameSet seen;
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
  const std::string_view name = text(&container, "name");
  const Json::Member* const seccomp = annotation(pod, kSeccompPrefix, name);
  if (member(security, "seccompProfile") == nullptr && seccomp != nullptr) {
    warnings.add(annotations.key(seccomp->name), kSeccompWarning);
  }
  const Json::Member* const app_armor = annotation(pod, kAppArmorPrefix, name);
  // Of a Pod this is said elsewhere, when the annotation is made a member.
  if (of == PodWarnings::OfTemplate && member(security, "appArmorProfile") == nullptr &&
      app_armor != nullptr) {
    const Json* of_pod = member(&pod, {"spec", "securityContext", "appArmorProfile"});
    if (!is_same_profile(text_of(app_armor->value), of_pod)) {
      warnings.add(annotations.key(app_armor->name),
                   R"(deprecated since v1.30; use the "appArmorProfile" field instead)");
    }
  }
  const Json* resources = member(&container, "resources");
  const FieldPath resources_path = path.child("resources");
  static constexpr MemberName kBytes[] = {"memory", "ephemeral-storage"};
  static constexpr MemberName kParts[] = {"limits", "requests"};
  for (const MemberName& resource : kBytes) {
    for (const MemberName& part : kParts) {
      const FieldPath at = resources_path.child(part.text());
      warn_of_fraction(at, member(resources, part), resource, warnings);
    }
  }
  warn_of_variables(path, container, warnings);
}

/// A port that has been seen.
struct SeenPort {
  PortPlace place;
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
  using Number = std::pair<std::int64_t, std::string_view>;  // and protocol
  using Ports = std::vector<SeenPort, Recycled<SeenPort>>;
  std::map<Number, Ports, std::less<>, Recycled<std::pair<const Number, Ports>>> seen;
  for_each_port(spec, [&](const PortPlace& place, const Json& port) {
    const SeenPort here{place, text(&port, "hostIP"), number_or_zero(&port, "hostPort")};
    if (!here.host_ip.empty() && here.host_port == 0) {
      warnings.add(place.path(spec_path) + ": hostIP set without hostPort: " + go_struct(port));
    }
    auto& others = seen[{number_or_zero(&port, "containerPort"), text(&port, "protocol")}];
    for (const SeenPort& other : others) {
      const std::string_view how = relation(here, other);
      if (how.empty() || warnings.full()) continue;
      warnings.add(place.path(spec_path)
                       .append(": ")
                       .append(how)
                       .append(" port definition with ")
                       .append(other.place.path(spec_path)));
    }
    if (others.size() < kMostCompared) others.push_back(here);
  });
}

// Sidecars count, and so do containers that have ended before the others begin.
void warn_of_port_names(const FieldPath& spec_path, const Json* spec, WarningList& warnings) {
  std::map<std::string_view, PortPlace, std::less<>,
           Recycled<std::pair<const std::string_view, PortPlace>>>
      seen;
  for_each_port(spec, [&](const PortPlace& place, const Json& port) {
    const std::string_view name = text(&port, "name");
    if (name.empty()) return;
    const auto [first, is_new] = seen.try_emplace(name, place);
    if (is_new || warnings.full()) return;
    const std::string other = first->second.path(spec_path);
    warnings.add(place.path(spec_path) + ": duplicate port name " + go_quoted(name) + " with " +
                 other + ", services and probes that select ports by name will use " + other);
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
