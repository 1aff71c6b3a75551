// The controllers of sets of equal Pods. (kube-controller-manager pkg/controller/replicaset,
// pkg/controller/daemon)
#include <algorithm>
#include <set>
#include <utility>

#include "apiserver/controllers/parts.hpp"
#include "apiserver/controllers/reconcile.hpp"

namespace kaudit::apiserver::controllers {
namespace {

std::int64_t ready_among(const std::vector<Json>& pods) {
  return std::count_if(pods.begin(), pods.end(), is_ready);
}

}  // namespace

std::string controller(std::string_view name) {
  return "system:serviceaccount:kube-system:" + std::string(name);
}

awaitable<bool> delete_pod(Cluster& cluster, std::string user, Json pod) {
  std::string options = R"({"kind":"DeleteOptions","apiVersion":"v1","preconditions":{"uid":)" +
                        Json(meta(pod, "uid")).dump() + "}}";
  co_return co_await cluster.remove(std::move(user), std::move(pod), std::move(options));
}

awaitable<bool> reconcile_replica_set(Cluster& cluster, Json set) {
  if (is_going(set)) co_return true;
  const std::string user = controller("replicaset-controller");
  const std::int64_t wanted = number_at(set, {"spec", "replicas"}, 1);
  std::vector<Json> pods = co_await cluster.controlled_by(kPod, set);
  const auto there = static_cast<std::int64_t>(pods.size());
  for (std::int64_t more = there; more < wanted; ++more) {
    Json pod = pod_of(set, *at(set, {"spec", "template"}));
    const bool made = co_await cluster.create(user, std::move(pod));
    if (!made) co_return false;
  }
  for (std::int64_t less = there; less > wanted; --less) {
    const bool gone = co_await delete_pod(cluster, user, pods[static_cast<std::size_t>(less - 1)]);
    if (!gone) co_return false;
  }
  if (there != wanted) pods = co_await cluster.controlled_by(kPod, set);
  const std::int64_t ready = ready_among(pods);
  Json status{Json::Object()};
  status.set("replicas", count(static_cast<std::int64_t>(pods.size())));
  if (!pods.empty()) {
    status.set("fullyLabeledReplicas", count(static_cast<std::int64_t>(pods.size())));
  }
  if (ready != 0) status.set("readyReplicas", count(ready));
  if (ready != 0) status.set("availableReplicas", count(ready));
  status.set("observedGeneration", count(number_at(set, {"metadata", "generation"}, 1)));
  if (!set_status(set, std::move(status))) co_return true;
  co_return co_await cluster.update(user, std::move(set), "status");
}

awaitable<bool> reconcile_daemon_set(Cluster& cluster, Json set) {
  if (is_going(set)) co_return true;
  const std::string user = controller("daemon-set-controller");
  const std::string hash = template_hash(*at(set, {"spec", "template"}));
  const std::vector<Json> nodes = co_await cluster.list(kNode, "");
  std::vector<Json> pods = co_await cluster.controlled_by(kPod, set);
  std::set<std::string, std::less<>> missing;
  for (const Json& node : nodes) missing.emplace(meta(node, "name"));
  bool changed = false;
  for (const Json& pod : pods) {
    const std::string_view node = text_at(pod, {"spec", "nodeName"});
    const auto place = missing.find(node);
    const bool current = text_at(pod, {"metadata", "labels", "controller-revision-hash"}) == hash;
    const bool on_delete = text_at(set, {"spec", "updateStrategy", "type"}) == "OnDelete";
    if (place != missing.end() && (current || on_delete)) {
      missing.erase(place);
      continue;
    }
    changed = true;
    const bool gone = co_await delete_pod(cluster, user, pod);
    if (!gone) co_return false;
  }
  for (const std::string& node : missing) {
    changed = true;
    Json pod = pod_of(set, *at(set, {"spec", "template"}));
    Json labels{Json::Object()};
    if (const Json* there = at(pod, {"metadata", "labels"})) labels = *there;
    labels.set("controller-revision-hash", Json(hash));
    labels.set("pod-template-generation",
               Json(std::to_string(number_at(set, {"metadata", "generation"}, 1))));
    pod.find("metadata")->set("labels", std::move(labels));
    pod.find("spec")->set("nodeName", Json(node));
    const bool made = co_await cluster.create(user, std::move(pod));
    if (!made) co_return false;
  }
  if (changed) pods = co_await cluster.controlled_by(kPod, set);
  const auto desired = static_cast<std::int64_t>(nodes.size());
  const std::int64_t ready = ready_among(pods);
  const auto updated = std::count_if(pods.begin(), pods.end(), [&hash](const Json& pod) {
    return text_at(pod, {"metadata", "labels", "controller-revision-hash"}) == hash;
  });
  Json status{Json::Object()};
  status.set("currentNumberScheduled", count(static_cast<std::int64_t>(pods.size())));
  status.set("numberMisscheduled", count(0));
  status.set("desiredNumberScheduled", count(desired));
  status.set("numberReady", count(ready));
  status.set("observedGeneration", count(number_at(set, {"metadata", "generation"}, 1)));
  if (updated != 0) status.set("updatedNumberScheduled", count(updated));
  if (ready != 0) status.set("numberAvailable", count(ready));
  if (ready < desired) status.set("numberUnavailable", count(desired - ready));
  if (!set_status(set, std::move(status))) co_return true;
  co_return co_await cluster.update(user, std::move(set), "status");
}

}  // namespace kaudit::apiserver::controllers
