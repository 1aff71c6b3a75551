// The statefulset controller, and what binds its claims. (kube-controller-manager
// pkg/controller/statefulset, pkg/controller/volume/persistentvolume)
#include <algorithm>
#include <utility>

#include "apiserver/controllers/parts.hpp"
#include "apiserver/controllers/reconcile.hpp"

namespace kaudit::apiserver::controllers {
namespace {

constexpr std::string_view kRevisionLabel = "controller-revision-hash";

Json member_of(const Json& set, std::int64_t ordinal, const std::string& revision) {
  const std::string name = std::string(meta(set, "name")) + "-" + std::to_string(ordinal);
  Json pod = pod_of(set, *at(set, {"spec", "template"}));
  Json& metadata = *pod.find("metadata");
  metadata.erase("generateName");
  metadata.set("name", Json(name));
  Json labels{Json::Object()};
  if (const Json* there = metadata.find("labels")) labels = *there;
  labels.set("apps.kubernetes.io/pod-index", Json(std::to_string(ordinal)));
  labels.set(kRevisionLabel, Json(revision));
  labels.set("statefulset.kubernetes.io/pod-name", Json(name));
  metadata.set("labels", std::move(labels));
  Json& spec = *pod.find("spec");
  spec.set("hostname", Json(name));
  if (const std::string_view service = text_at(set, {"spec", "serviceName"}); !service.empty()) {
    spec.set("subdomain", Json(service));
  }
  const Json* claims = at(set, {"spec", "volumeClaimTemplates"});
  if (claims == nullptr || claims->array() == nullptr) return pod;
  Json::Array volumes;
  if (const Json* there = spec.find("volumes"); there != nullptr && there->array() != nullptr) {
    volumes = *there->array();
  }
  for (const Json& claim : *claims->array()) {
    Json source{Json::Object()};
    source.set("claimName", Json(std::string(meta(claim, "name")) + "-" + name));
    Json volume{Json::Object()};
    volume.set("name", Json(meta(claim, "name")));
    volume.set("persistentVolumeClaim", std::move(source));
    volumes.push_back(std::move(volume));
  }
  spec.set("volumes", Json(std::move(volumes)));
  return pod;
}

awaitable<bool> make_claims(Cluster& cluster, std::string user, const Json& set,
                            std::int64_t ordinal) {
  const Json* claims = at(set, {"spec", "volumeClaimTemplates"});
  if (claims == nullptr || claims->array() == nullptr) co_return true;
  const std::string ns(meta(set, "namespace"));
  for (const Json& wanted : *claims->array()) {
    const std::string name = std::string(meta(wanted, "name")) + "-" +
                             std::string(meta(set, "name")) + "-" + std::to_string(ordinal);
    const auto there = co_await cluster.get(kClaim, ns, name);
    if (there) continue;
    Json claim = parsed(R"({"kind":"PersistentVolumeClaim","apiVersion":"v1"})");
    Json metadata{Json::Object()};
    metadata.set("name", Json(name));
    metadata.set("namespace", Json(ns));
    if (const Json* labels = at(set, {"spec", "selector", "matchLabels"})) {
      metadata.set("labels", *labels);
    }
    claim.set("metadata", std::move(metadata));
    if (const Json* spec = wanted.find("spec")) claim.set("spec", *spec);
    const bool made = co_await cluster.create(user, std::move(claim));
    if (!made) co_return false;
  }
  co_return true;
}

Json status_of_set(const Json& set, const std::vector<Json>& pods, const std::string& revision) {
  const std::int64_t ready = std::count_if(pods.begin(), pods.end(), is_ready);
  const std::int64_t updated = std::count_if(pods.begin(), pods.end(), [&](const Json& pod) {
    return text_at(pod, {"metadata", "labels", kRevisionLabel}) == revision;
  });
  const auto all = static_cast<std::int64_t>(pods.size());
  const bool done = updated == all && ready == all;
  const std::string_view before = text_at(set, {"status", "currentRevision"});
  Json status{Json::Object()};
  status.set("observedGeneration", count(number_at(set, {"metadata", "generation"}, 1)));
  status.set("replicas", count(all));
  if (ready != 0) status.set("readyReplicas", count(ready));
  const std::int64_t current = done ? all : all - updated;
  if (current != 0) status.set("currentReplicas", count(current));
  if (updated != 0) status.set("updatedReplicas", count(updated));
  status.set("currentRevision", Json(done || before.empty() ? std::string_view(revision) : before));
  status.set("updateRevision", Json(revision));
  status.set("collisionCount", count(0));
  status.set("availableReplicas", count(ready));
  return status;
}

}  // namespace

awaitable<bool> reconcile_stateful_set(Cluster& cluster, Json set) {
  if (is_going(set)) co_return true;
  const std::string user = controller("statefulset-controller");
  const std::int64_t wanted = number_at(set, {"spec", "replicas"}, 1);
  const std::int64_t first = number_at(set, {"spec", "ordinals", "start"}, 0);
  const std::string revision =
      std::string(meta(set, "name")) + "-" + template_hash(*at(set, {"spec", "template"}));
  const bool on_delete = text_at(set, {"spec", "updateStrategy", "type"}) == "OnDelete";
  const std::int64_t partition =
      number_at(set, {"spec", "updateStrategy", "rollingUpdate", "partition"}, 0);
  const std::string ns(meta(set, "namespace"));
  std::vector<Json> pods = co_await cluster.controlled_by(kPod, set);
  for (const Json& pod : pods) {
    std::int64_t ordinal = -1;
    for (std::int64_t one = first; one < first + wanted; ++one) {
      const std::string name = std::string(meta(set, "name")) + "-" + std::to_string(one);
      if (meta(pod, "name") == name) ordinal = one;
    }
    const bool current = text_at(pod, {"metadata", "labels", kRevisionLabel}) == revision;
    if (ordinal >= 0 && (current || on_delete || ordinal - first < partition)) continue;
    const bool gone = co_await delete_pod(cluster, user, pod);
    if (!gone) co_return false;
  }
  for (std::int64_t ordinal = first; ordinal < first + wanted; ++ordinal) {
    const std::string name = std::string(meta(set, "name")) + "-" + std::to_string(ordinal);
    // One that is on its way out keeps its name until it is gone, which comes by as a change.
    const auto there = co_await cluster.get(kPod, ns, name);
    if (there) continue;
    const bool claimed = co_await make_claims(cluster, user, set, ordinal);
    if (!claimed) co_return false;
    Json pod = member_of(set, ordinal, revision);
    const bool made = co_await cluster.create(user, std::move(pod));
    if (!made) co_return false;
  }
  pods = co_await cluster.controlled_by(kPod, set);
  Json status = status_of_set(set, pods, revision);
  if (!set_status(set, std::move(status))) co_return true;
  co_return co_await cluster.update(user, std::move(set), "status");
}

awaitable<bool> reconcile_claim(Cluster& cluster, Json claim) {
  if (is_going(claim) || text_at(claim, {"status", "phase"}) == "Bound") co_return true;
  Json status = parsed(R"({"phase":"Bound"})");
  if (const Json* modes = at(claim, {"spec", "accessModes"})) status.set("accessModes", *modes);
  if (const Json* size = at(claim, {"spec", "resources", "requests"})) {
    status.set("capacity", *size);
  }
  Json changed = claim;
  changed.set("status", std::move(status));
  co_return co_await cluster.update(controller("persistent-volume-binder"), std::move(changed),
                                    "status");
}

awaitable<bool> reconcile_service(Cluster& cluster, Json service) {
  const Json* ingress = at(service, {"status", "loadBalancer", "ingress"});
  if (is_going(service) || text_at(service, {"spec", "type"}) != "LoadBalancer" ||
      ingress != nullptr) {
    co_return true;
  }
  Json change =
      parsed(R"({"status":{"loadBalancer":{"ingress":[{"ip":"192.0.2.1","ipMode":"VIP"}]}}})");
  co_return co_await cluster.patch(controller("service-controller"), std::move(service), "status",
                                   std::move(change));
}

}  // namespace kaudit::apiserver::controllers
