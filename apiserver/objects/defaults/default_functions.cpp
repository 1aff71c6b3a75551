#include "apiserver/objects/defaults/default_functions.hpp"

#include <algorithm>
#include <string>

#include "base/text/ascii.hpp"

namespace kaudit::apiserver::objects {
namespace {

constexpr std::string_view kNameLabel = "kubernetes.io/metadata.name";
constexpr std::string_view kOtherMetrics = "autoscaling.alpha.kubernetes.io/metrics";

MapValue& entries_of(const TypedRef& map, Arena& arena) {
  map.value->set = true;
  if (map.value->map == nullptr) map.value->map = arena.make<MapValue>();
  return *map.value->map;
}

// A Namespace always has its name as a label, over what the client sent.
void label_namespace(const TypedRef& object, Arena& arena) {
  const std::string_view name = object.find("metadata").find("name").text();
  if (name.empty()) return;
  const TypedRef labels = object.at("metadata", arena).at("labels", arena);
  entries_of(labels, arena).at(kNameLabel, arena).value.assign(name);
}

// A Secret's stringData is the client's way to write data.
void fold_string_data(const TypedRef& object, Arena& arena) {
  const TypedRef given = object.find("stringData");
  if (!given || given.value->map == nullptr) return;
  const MapValue strings = *given.value->map;
  given.value->set = false;
  MapValue& data = entries_of(object.at("data", arena), arena);
  for (std::uint32_t i = 0; i < strings.size; ++i) {
    const Value& text = strings.entries[i].value;
    data.at(strings.entries[i].key, arena)
        .value.assign(text.set ? text.view() : std::string_view());
  }
}

// The old name of the field mirrors the new one.
void mirror_service_account(const TypedRef& spec, Arena& arena) {
  const std::string_view name = spec.find("serviceAccountName").text();
  const std::string_view old_name = spec.find("serviceAccount").text();
  if (!name.empty()) {
    spec.at("serviceAccount", arena).value->assign(name);
  } else if (!old_name.empty()) {
    spec.at("serviceAccountName", arena).value->assign(old_name);
  }
}

// Without a text there is no image, and so no tag `latest` either.
bool is_latest(std::string_view image) {
  if (image.empty()) return false;
  const bool has_digest = image.find('@') != std::string_view::npos;
  const std::string_view name = image.substr(0, image.find('@'));
  const std::size_t colon = name.rfind(':');
  const std::size_t slash = name.rfind('/');
  const bool has_tag =
      colon != std::string_view::npos && (slash == std::string_view::npos || colon > slash);
  return has_tag ? name.substr(colon + 1) == "latest" : !has_digest;
}

void default_pull_policy(const TypedRef& container, Arena& arena) {
  if (!container.find("imagePullPolicy").text().empty()) return;
  const std::string_view image = container.find("image").text();
  container.at("imagePullPolicy", arena)
      .value->assign(is_latest(image) ? "Always" : "IfNotPresent");
}

// A volume without a source is an empty folder.
void default_volume_source(const TypedRef& volume, Arena& arena) {
  const StructValue* const given = volume.value->object;
  for (std::size_t place = 0; given != nullptr && place < volume.type->members.size(); ++place) {
    const Value* const member = given->find(place);
    if (member != nullptr && member->set && volume.type->members[place].name() != "name") return;
  }
  volume.at("emptyDir", arena).value->set = true;
}

void default_target_port(const TypedRef& port, Arena& arena) {
  const TypedRef target = port.at("targetPort", arena);
  const bool given =
      target && (target.value->which == IntOrText::Text ? target.value->size != 0
                                                        : target.value->integer != 0);
  if (given) return;
  const TypedRef number = port.find("port");
  // Asked for again: at() may have moved it.
  Value& value = *port.at("targetPort", arena).value;
  value.assign(number ? number.value->integer : std::int64_t{0});
  value.which = IntOrText::Int;
}

template <typename Visit>
void for_each_element(const TypedRef& list, Visit visit) {
  if (!list || list.value->list == nullptr) return;
  for (std::uint32_t i = 0; i < list.value->list->size; ++i) {
    visit(TypedRef{list.type->element, &list.value->list->values[i]});
  }
}

// With the host's network a port of the container is one of the host.
void default_host_ports(const TypedRef& spec, Arena& arena) {
  const TypedRef host_network = spec.find("hostNetwork");
  if (!host_network || host_network.value->integer == 0) return;
  for (const std::string_view name : {"containers", "initContainers"}) {
    for_each_element(spec.find(name), [&](const TypedRef& container) {
      for_each_element(container.find("ports"), [&](const TypedRef& port) {
        const TypedRef number = port.find("containerPort");
        const std::int64_t value = number ? number.value->integer : 0;
        Value& host_port = *port.at("hostPort", arena).value;
        if (!host_port.set || host_port.integer == 0) host_port.assign(value);
      });
    });
  }
}

void default_target_cpu(const TypedRef& object, Arena& arena) {
  const TypedRef annotations = object.find("metadata").find("annotations");
  if (annotations && annotations.value->map && annotations.value->map->find(kOtherMetrics)) return;
  Value& target = *object.at("spec", arena).at("targetCPUUtilizationPercentage", arena).value;
  if (!target.set) target.assign(std::int64_t{80});
}

void default_crd_name(const TypedRef& object, std::string_view member, const std::string& made,
                      Arena& arena) {
  Value& value = *object.at("spec", arena).at("names", arena).at(member, arena).value;
  if (!value.set || value.size == 0) value.assign(arena.keep(made));
}

std::string crd_kind(const TypedRef& object) {
  return std::string(object.find("spec").find("names").find("kind").text());
}

void default_stored_versions(const TypedRef& object, Arena& arena) {
  const TypedRef stored = object.at("status", arena).at("storedVersions", arena);
  if (stored && stored.value->list != nullptr && stored.value->list->size != 0) return;
  for_each_element(object.find("spec").find("versions"), [&](const TypedRef& version) {
    const TypedRef storage = version.find("storage");
    if (!storage || storage.value->integer == 0) return;
    stored.value->set = true;
    if (stored.value->list == nullptr) stored.value->list = arena.make<ListValue>();
    stored.value->list->add(arena).assign(version.find("name").text());
  });
}

}  // namespace

void apply_function(DefaultFunction function, const TypedRef& object, Arena& arena) {
  switch (function) {
    case DefaultFunction::None:
      return;
    case DefaultFunction::CrdListKind:
      if (const std::string kind = crd_kind(object); !kind.empty()) {
        default_crd_name(object, "listKind", kind + "List", arena);
      }
      return;
    case DefaultFunction::CrdSingular:
      return default_crd_name(object, "singular", lower_case(crd_kind(object)), arena);
    case DefaultFunction::CrdStoredVersions:
      return default_stored_versions(object, arena);
    case DefaultFunction::EmptyDir:
      return default_volume_source(object, arena);
    case DefaultFunction::HostPorts:
      return default_host_ports(object, arena);
    case DefaultFunction::ImagePullPolicy:
      return default_pull_policy(object, arena);
    case DefaultFunction::NameLabel:
      return label_namespace(object, arena);
    case DefaultFunction::ServiceAccount:
      return mirror_service_account(object, arena);
    case DefaultFunction::StringData:
      return fold_string_data(object, arena);
    case DefaultFunction::TargetCpu:
      return default_target_cpu(object, arena);
    case DefaultFunction::TargetPort:
      return default_target_port(object, arena);
  }
}

}  // namespace kaudit::apiserver::objects
