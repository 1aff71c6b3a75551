// The deployment controller. (kube-controller-manager pkg/controller/deployment)
#include <algorithm>
#include <charconv>
#include <utility>

#include "apiserver/controllers/parts.hpp"
#include "apiserver/controllers/reconcile.hpp"

namespace kaudit::apiserver::controllers {
namespace {

constexpr std::string_view kRevision = "deployment.kubernetes.io/revision";
constexpr std::string_view kHashLabel = "pod-template-hash";

std::int64_t revision_of(const Json& object) {
  const std::string_view text = text_at(object, {"metadata", "annotations", kRevision});
  std::int64_t revision = 0;
  std::from_chars(text.data(), text.data() + text.size(), revision);
  return revision;
}

Json with_hash(const Json* labels, std::string_view hash) {
  Json all = labels == nullptr ? Json(Json::Object()) : *labels;
  all.set(kHashLabel, Json(hash));
  return all;
}

void set_revision(Json& object, std::int64_t revision) {
  Json& metadata = *object.find("metadata");
  Json annotations{Json::Object()};
  if (const Json* there = metadata.find("annotations")) annotations = *there;
  annotations.set(kRevision, Json(std::to_string(revision)));
  metadata.set("annotations", std::move(annotations));
}

Json new_set(const Json& deployment, std::string_view hash, std::int64_t replicas,
             std::int64_t revision) {
  const Json& pod_template = *at(deployment, {"spec", "template"});
  Json set = parsed(R"({"kind":"ReplicaSet","apiVersion":"apps/v1"})");
  Json metadata{Json::Object()};
  metadata.set("name", Json(std::string(meta(deployment, "name")) + "-" + std::string(hash)));
  metadata.set("namespace", Json(meta(deployment, "namespace")));
  metadata.set("labels", with_hash(at(pod_template, {"metadata", "labels"}), hash));
  metadata.set("ownerReferences", owned_by(deployment));
  set.set("metadata", std::move(metadata));
  set_revision(set, revision);
  Json& annotations = *set.find("metadata")->find("annotations");
  annotations.set("deployment.kubernetes.io/desired-replicas", Json(std::to_string(replicas)));
  Json spec{Json::Object()};
  spec.set("replicas", count(replicas));
  Json selector = *at(deployment, {"spec", "selector"});
  selector.set("matchLabels", with_hash(selector.find("matchLabels"), hash));
  spec.set("selector", std::move(selector));
  Json own_template = pod_template;
  Json template_metadata{Json::Object()};
  if (const Json* there = pod_template.find("metadata")) template_metadata = *there;
  template_metadata.set("labels", with_hash(template_metadata.find("labels"), hash));
  own_template.set("metadata", std::move(template_metadata));
  spec.set("template", std::move(own_template));
  set.set("spec", std::move(spec));
  return set;
}

struct Counts {
  std::int64_t replicas = 0;
  std::int64_t ready = 0;
  std::int64_t available = 0;
};

Counts counts_of(const Json& set) {
  return {number_at(set, {"status", "replicas"}, 0), number_at(set, {"status", "readyReplicas"}, 0),
          number_at(set, {"status", "availableReplicas"}, 0)};
}

Json status_of(const Json& deployment, const std::vector<Json>& sets, const Json* current,
               std::int64_t wanted) {
  Counts all;
  for (const Json& set : sets) {
    const Counts one = counts_of(set);
    all.replicas += one.replicas;
    all.ready += one.ready;
    all.available += one.available;
  }
  const Counts updated = current == nullptr ? Counts() : counts_of(*current);
  Json status{Json::Object()};
  status.set("observedGeneration", count(number_at(deployment, {"metadata", "generation"}, 1)));
  const auto put = [&status](std::string_view name, std::int64_t number) {
    if (number != 0) status.set(name, count(number));
  };
  put("replicas", all.replicas);
  put("updatedReplicas", updated.replicas);
  put("readyReplicas", all.ready);
  put("availableReplicas", all.available);
  put("unavailableReplicas", std::max<std::int64_t>(wanted - all.available, 0));
  if (const Json* collisions = at(deployment, {"status", "collisionCount"})) {
    status.set("collisionCount", *collisions);
  }
  Json::Array conditions;
  if (all.available >= wanted) {
    conditions.push_back(condition(deployment, "Available", "MinimumReplicasAvailable",
                                   "Deployment has minimum availability."));
  }
  const bool done = updated.available >= wanted && all.replicas == updated.replicas;
  const std::string set_name(current == nullptr ? std::string_view() : meta(*current, "name"));
  conditions.push_back(
      done ? condition(deployment, "Progressing", "NewReplicaSetAvailable",
                       "ReplicaSet \"" + set_name + "\" has successfully progressed.")
           : condition(deployment, "Progressing", "ReplicaSetUpdated",
                       "ReplicaSet \"" + set_name + "\" is progressing."));
  status.set("conditions", Json(std::move(conditions)));
  return status;
}

}  // namespace

awaitable<bool> reconcile_deployment(Cluster& cluster, Json deployment) {
  if (is_going(deployment)) co_return true;
  const std::string user = controller("deployment-controller");
  const std::int64_t wanted = number_at(deployment, {"spec", "replicas"}, 1);
  const std::string hash = template_hash(*at(deployment, {"spec", "template"}));
  std::vector<Json> sets = co_await cluster.controlled_by(kReplicaSet, deployment);
  const auto is_current = [&hash](const Json& set) {
    return text_at(set, {"metadata", "labels", kHashLabel}) == hash;
  };
  std::int64_t newest = 0;
  for (const Json& set : sets) newest = std::max(newest, revision_of(set));
  const auto found = std::find_if(sets.begin(), sets.end(), is_current);
  const Json* paused = at(deployment, {"spec", "paused"});
  const bool is_paused = paused != nullptr && paused->boolean() != nullptr && *paused->boolean();
  if (found == sets.end() && !is_paused) {
    Json made = new_set(deployment, hash, wanted, newest + 1);
    co_return co_await cluster.create(user, std::move(made));
  }
  const Json* current = found == sets.end() ? nullptr : &*found;
  if (current != nullptr) {
    // One that is gone back to becomes the newest again.
    std::int64_t revision = revision_of(*current);
    const bool outdated = revision < newest;
    if (outdated) revision = newest + 1;
    if (outdated || number_at(*current, {"spec", "replicas"}, 1) != wanted) {
      Json changed = *current;
      set_revision(changed, revision);
      changed.find("spec")->set("replicas", count(wanted));
      co_return co_await cluster.update(user, std::move(changed), "");
    }
    if (revision_of(deployment) != revision) {
      Json changed = deployment;
      set_revision(changed, revision);
      co_return co_await cluster.update(user, std::move(changed), "");
    }
    if (counts_of(*current).available >= wanted) {
      for (const Json& set : sets) {
        if (is_current(set) || number_at(set, {"spec", "replicas"}, 1) == 0) continue;
        Json changed = set;
        changed.find("spec")->set("replicas", count(0));
        const bool scaled = co_await cluster.update(user, std::move(changed), "");
        if (!scaled) co_return false;
      }
    }
  }
  Json status = status_of(deployment, sets, current, wanted);
  Json changed = deployment;
  if (!set_status(changed, std::move(status))) co_return true;
  co_return co_await cluster.update(user, std::move(changed), "status");
}

}  // namespace kaudit::apiserver::controllers
