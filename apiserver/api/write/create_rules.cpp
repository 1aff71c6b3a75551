#include "apiserver/api/write/create_rules.hpp"

#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "apiserver/api/custom/definition_reactions.hpp"
#include "apiserver/objects/codec/codec.hpp"
#include "apiserver/objects/codec/typed_order.hpp"
#include "apiserver/objects/tree/object_in.hpp"

namespace kaudit::apiserver::api {
namespace {

using objects::Json;

bool is_missing(const Json* value) {
  return value == nullptr || value->is_null() || (value->string() && value->string()->empty());
}

void set_if_missing(Json& object, std::string_view name, Json value) {
  if (is_missing(object.find(name))) object.set(name, std::move(value));
}

std::span<const Json> items(const Json* list) {
  if (list == nullptr || list->array() == nullptr) return {};
  return *list->array();
}

bool is_true(const Json& object, std::string_view name) {
  const Json* value = object.find(name);
  return value != nullptr && value->boolean() != nullptr && *value->boolean();
}

// --- pods

// What a Pod is given comes to its place at once.

const objects::Type& pod_spec_type() {
  static const objects::Type& type = *objects::type_by_id("core.v1.PodSpec");
  return type;
}

const objects::Type& pod_status_type() {
  static const objects::Type& type = *objects::type_by_id("core.v1.PodStatus");
  return type;
}

void give(Json& spec, std::string_view name, Json value) {
  if (is_missing(spec.find(name))) {
    objects::set_in_order(pod_spec_type(), spec, name, std::move(value));
  }
}

bool tolerates(const Json& spec, std::string_view key) {
  for (const Json& toleration : items(spec.find("tolerations"))) {
    const std::string_view effect = toleration.text("effect");
    if (!effect.empty() && effect != "NoExecute") continue;
    const std::string_view own = toleration.text("key");
    if (own == key || (own.empty() && toleration.text("operator") == "Exists")) return true;
  }
  return false;
}

void tolerate_for(Json& spec, std::string_view key, std::int64_t seconds) {
  if (tolerates(spec, key)) return;
  Json::Object toleration;
  toleration.reserve(4);
  toleration.push_back({"key", Json(key)});
  toleration.push_back({"operator", Json("Exists")});
  toleration.push_back({"effect", Json("NoExecute")});
  toleration.push_back({"tolerationSeconds", Json(seconds)});
  Json* list = spec.find("tolerations");
  if (list == nullptr || list->array() == nullptr) {
    list = &objects::set_in_order(pod_spec_type(), spec, "tolerations", Json(Json::Array()));
  }
  list->array()->emplace_back(std::move(toleration));
}

/// (kubernetes pkg/apis/core/v1/helper/qos)
std::string_view qos_class(const Json& spec) {
  bool any = false;
  bool guaranteed = true;
  for (const std::string_view list : {"initContainers", "containers"}) {
    for (const Json& container : items(spec.find(list))) {
      const Json* resources = container.find("resources");
      const Json* limits = resources ? resources->find("limits") : nullptr;
      const Json* requests = resources ? resources->find("requests") : nullptr;
      for (const std::string_view resource : {"cpu", "memory"}) {
        const std::string_view limit = limits ? limits->text(resource) : "";
        const std::string_view request = requests ? requests->text(resource) : "";
        any = any || !limit.empty() || !request.empty();
        guaranteed = guaranteed && !limit.empty() && (request.empty() || request == limit);
      }
    }
  }
  if (!any) return "BestEffort";
  return guaranteed ? "Guaranteed" : "Burstable";
}

// What plugins fill in that need nothing but the Pod.
void pod_admission(const ApiOptions& options, Json& object) {
  Json& spec = objects::object_in(object, "spec");
  const AdmissionPlugins& plugins = options.plugins;
  if (plugins.is_on(AdmissionPlugin::ServiceAccount)) {
    give(spec, "serviceAccountName", Json("default"));
    objects::set_in_order(pod_spec_type(), spec, "serviceAccount",
                          Json(spec.text("serviceAccountName")));
  }
  if (plugins.is_on(AdmissionPlugin::Priority)) {
    give(spec, "priority", Json(std::int64_t{0}));
    give(spec, "preemptionPolicy", Json("PreemptLowerPriority"));
  }
  if (plugins.is_on(AdmissionPlugin::DefaultTolerationSeconds)) {
    tolerate_for(spec, "node.kubernetes.io/not-ready", options.tolerations.not_ready);
    tolerate_for(spec, "node.kubernetes.io/unreachable", options.tolerations.unreachable);
  }
}

void pod(const ApiOptions& options, Json& object) {
  pod_admission(options, object);
  Json& spec = objects::object_in(object, "spec");
  Json& status = objects::object_in(object, "status");
  objects::set_in_order(pod_status_type(), status, "phase", Json("Pending"));
  objects::set_in_order(pod_status_type(), status, "qosClass", Json(qos_class(spec)));
}

// --- services

std::uint64_t number_of(std::string_view uid) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : uid) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

bool has_node_ports(const Json& spec) {
  const std::string_view type = spec.text("type");
  const Json* allocates = spec.find("allocateLoadBalancerNodePorts");
  return type == "NodePort" ||
         (type == "LoadBalancer" &&
          (allocates == nullptr || allocates->boolean() == nullptr || *allocates->boolean()));
}

void service(const ApiOptions& options, Json& object) {
  Json& spec = objects::object_in(object, "spec");
  const std::string uid(object.find("metadata")->text("uid"));
  objects::object_in(objects::object_in(object, "status"), "loadBalancer");
  if (spec.text("type") == "ExternalName") return;
  options.addresses->allocate(spec, number_of(uid));
  constexpr std::uint64_t kFirst = 30'000;
  constexpr std::uint64_t kPorts = 2'768;
  if (spec.text("type") == "LoadBalancer" && spec.text("externalTrafficPolicy") == "Local") {
    const std::uint64_t port = kFirst + number_of(uid + "health") % kPorts;
    set_if_missing(spec, "healthCheckNodePort", Json(static_cast<std::int64_t>(port)));
  }
  Json* ports = spec.find("ports");
  if (!has_node_ports(spec) || ports == nullptr || ports->array() == nullptr) return;
  std::uint64_t next = number_of(uid);
  for (Json& port : *ports->array()) {
    if (port.object() == nullptr) continue;
    set_if_missing(port, "nodePort", Json(static_cast<std::int64_t>(kFirst + next++ % kPorts)));
  }
}

// --- jobs, certificate requests

void job(Json& object) {
  Json& spec = objects::object_in(object, "spec");
  if (is_true(spec, "manualSelector")) return;
  const Json uid(object.find("metadata")->text("uid"));
  const Json name(object.find("metadata")->text("name"));
  objects::object_in(objects::object_in(spec, "selector"), "matchLabels")
      .set("batch.kubernetes.io/controller-uid", uid);
  Json& labels = objects::object_in(
      objects::object_in(objects::object_in(spec, "template"), "metadata"), "labels");
  labels.set("controller-uid", uid);
  labels.set("batch.kubernetes.io/controller-uid", uid);
  labels.set("job-name", name);
  labels.set("batch.kubernetes.io/job-name", name);
}

Json texts(const std::vector<std::string>& values) {
  Json::Array list;
  for (const std::string& value : values) list.emplace_back(value);
  return Json(std::move(list));
}

void certificate_request(const audit::UserInfo& user, Json& object) {
  Json& spec = objects::object_in(object, "spec");
  for (const std::string_view member : {"username", "uid", "groups", "extra"}) spec.erase(member);
  spec.set("username", Json(user.username));
  if (!user.uid.empty()) spec.set("uid", Json(user.uid));
  if (!user.groups.empty()) spec.set("groups", texts(user.groups));
  Json extra{Json::Object()};
  for (const auto& [key, values] : user.extra) {
    extra.set(key, texts(values.value_or(std::vector<std::string>())));
  }
  if (!extra.object()->empty()) spec.set("extra", std::move(extra));
}

// --- claims

bool is_claim_or_snapshot(const Json& source) {
  const std::string_view group = source.text("apiGroup");
  const std::string_view kind = source.text("kind");
  return (kind == "PersistentVolumeClaim" && group.empty()) ||
         (kind == "VolumeSnapshot" && group == "snapshot.storage.k8s.io");
}

Json source_reference(const Json& source) {
  Json copy{Json::Object()};
  for (const std::string_view member : {"apiGroup", "kind", "name"}) {
    if (const Json* value = source.find(member)) copy.set(member, *value);
  }
  return copy;
}

// Where data comes from is said by an old member and by a new one, which say the same unless both
// are given. The old one means claims and snapshots alone. (pkg/api/persistentvolumeclaim
// EnforceDataSourceBackwardsCompatibility, NormalizeDataSources)
void claim(Json& object) {
  Json& spec = objects::object_in(object, "spec");
  const Json* source = spec.find("dataSource");
  const Json* reference = spec.find("dataSourceRef");
  if (reference == nullptr && source != nullptr && !is_claim_or_snapshot(*source)) {
    spec.erase("dataSource");
  } else if (reference == nullptr && source != nullptr) {
    spec.set("dataSourceRef", source_reference(*source));
  } else if (reference != nullptr && source == nullptr && reference->text("namespace").empty()) {
    spec.set("dataSource", source_reference(*reference));
  }
}

bool is_pod(const Call& call) { return call.resource.group.empty() && call.resource.kind == "Pod"; }

// True when something was added at the end.
bool fill_in(const Call& call, Json& object) {
  const std::string_view kind = call.resource.kind;
  if (is_pod(call)) {
    pod(call.options, object);
    return false;
  }
  if (call.resource.group.empty() && kind == "Service") {
    service(call.options, object);
  } else if (call.resource.group == "batch" && kind == "Job") {
    job(object);
  } else if (is_definition(call.resource)) {
    add_stored_version(object);
  } else if (call.resource.group.empty() && kind == "PersistentVolumeClaim") {
    claim(object);
  } else if (kind == "CertificateSigningRequest") {
    certificate_request(call.scope.user, object);
  } else {
    return false;
  }
  return true;
}

// Back into the order of the type, and what is given gets its defaults.
void reorder(const Call& call, Json& object) {
  auto ordered = objects::canonical_object(call.type(), object);
  if (!ordered) throw std::logic_error("an object of our own making: " + ordered.error().message);
  object = *std::move(ordered);
}

}  // namespace

void apply_admission_defaults(const Call& call, Json& object) {
  if (is_pod(call)) pod_admission(call.options, object);
}

void apply_create_rules(const Call& call, Json& object) {
  if (fill_in(call, object)) reorder(call, object);
}

}  // namespace kaudit::apiserver::api
