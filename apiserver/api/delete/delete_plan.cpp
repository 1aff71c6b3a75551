#include "apiserver/api/delete/delete_plan.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "apiserver/api/custom/definition_reactions.hpp"
#include "apiserver/api/write/object_rules.hpp"
#include "apiserver/objects/codec/codec.hpp"
#include "base/text/integer.hpp"
#include "base/text/rfc3339.hpp"

namespace kaudit::apiserver::api {
namespace {

using objects::Json;
using objects::Resource;

constexpr std::string_view kTimestamp = "deletionTimestamp";
constexpr std::string_view kGrace = "deletionGracePeriodSeconds";
// Seconds; times stay within four digits.
constexpr std::int64_t kMaxGrace = std::int64_t{1} << 31U;

bool is_resource(const Resource& resource, std::string_view group, std::string_view name) {
  return resource.group == group && resource.name == name;
}

std::optional<std::int64_t> number_of(const Json* object, std::string_view name) {
  const Json* member = object ? object->find(name) : nullptr;
  if (member == nullptr || member->number() == nullptr) return std::nullopt;
  const auto number = parse_int64(member->number()->text);
  return number ? std::optional<std::int64_t>(*number) : std::nullopt;
}

std::string time_in(std::int64_t seconds) {
  auto time = Timestamp::now();
  time.seconds += std::min(seconds, kMaxGrace);
  return rfc3339_text(time);
}

std::vector<std::string> finalizers_of(const Json& object) {
  std::vector<std::string> names;
  const Json* list = object.find("metadata")->find("finalizers");
  if (list == nullptr || list->array() == nullptr) return names;
  for (const Json& element : *list->array()) {
    if (element.string()) names.push_back(*element.string());
  }
  return names;
}

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// What a kind does with its dependents when nobody says: Jobs and ReplicationControllers keep to
// what they did before there was a garbage collector. Unsaid: it has no dependents at all.
Propagation default_propagation(const Resource& resource) {
  if (is_resource(resource, "", "events") || is_resource(resource, "events.k8s.io", "events")) {
    return Propagation::Unsaid;
  }
  const bool old =
      is_resource(resource, "batch", "jobs") || is_resource(resource, "", "replicationcontrollers");
  return old ? Propagation::Orphan : Propagation::Background;
}

Propagation propagation_of(const Resource& resource, const std::vector<std::string>& finalizers,
                           Propagation asked) {
  const Propagation by_default = default_propagation(resource);
  if (by_default == Propagation::Unsaid || asked != Propagation::Unsaid) {
    return by_default == Propagation::Unsaid ? Propagation::Unsaid : asked;
  }
  for (const std::string& finalizer : finalizers) {
    if (finalizer == kOrphanFinalizer) return Propagation::Orphan;
    if (finalizer == kForegroundFinalizer) return Propagation::Foreground;
  }
  return by_default;
}

// Keeps the finalizers of others, and of those that stand for a policy the one that applies. True
// when there are any. (deletionFinalizersForGarbageCollection)
bool set_finalizers(const Resource& resource, Json& object, Propagation asked) {
  const std::vector<std::string> before = finalizers_of(object);
  const Propagation propagation = propagation_of(resource, before, asked);
  std::vector<std::string> after;
  for (const std::string& name : before) {
    if (name != kOrphanFinalizer && name != kForegroundFinalizer) after.push_back(name);
  }
  if (propagation == Propagation::Orphan) after.emplace_back(kOrphanFinalizer);
  if (propagation == Propagation::Foreground) after.emplace_back(kForegroundFinalizer);
  // Equal as sets: what is there stays in its order.
  const bool same = std::all_of(after.begin(), after.end(),
                                [&before](const auto& name) { return contains(before, name); }) &&
                    std::all_of(before.begin(), before.end(),
                                [&after](const auto& name) { return contains(after, name); });
  if (same) return !before.empty();
  if (after.empty()) {
    metadata_of(object).erase("finalizers");
    return false;
  }
  Json::Array list;
  for (std::string& name : after) list.emplace_back(std::move(name));
  metadata_of(object).set("finalizers", Json(std::move(list)));
  return true;
}

// The seconds a Pod has to end; none when it is on no Node, whether or not that Node exists.
// (podStrategy CheckGracefulDelete)
std::int64_t grace_of_pod(const Json& pod, std::optional<std::int64_t> asked) {
  const Json* spec = pod.find("spec");
  if (spec == nullptr || spec->text("nodeName").empty()) return 0;
  const Json* status = pod.find("status");
  const std::string_view phase = status ? status->text("phase") : "";
  if (phase == "Failed" || phase == "Succeeded") return 0;
  if (asked) return *asked;
  const auto own = number_of(pod.find("spec"), "terminationGracePeriodSeconds");
  return own && *own < 0 ? 1 : own.value_or(0);
}

void begin(Json& object, std::int64_t grace) {
  Json& metadata = metadata_of(object);
  if (const auto generation = number_of(&metadata, "generation");
      // Before kGrace is set below: it shows that the deletion has begun, which counts once.
      generation && metadata.find(kGrace) == nullptr) {
    metadata.set("generation", Json(*generation + 1));
  }
  if (metadata.find(kTimestamp) == nullptr) metadata.set(kTimestamp, Json(time_in(grace)));
  metadata.set(kGrace, Json(grace));
}

DeletePlan plan_marking(const Resource& resource, Json object) {
  normalise_metadata(resource, object);
  return {DeleteStep::Mark, std::move(object)};
}

// A Pod whose grace period runs: only a shorter one changes anything. nullopt: it is over.
std::optional<DeletePlan> plan_running(const Resource& resource, Json& pod, std::int64_t grace,
                                       std::optional<std::int64_t> asked) {
  if (!asked || *asked >= grace) return DeletePlan{DeleteStep::Wait, std::move(pod)};
  if (*asked == 0) return std::nullopt;
  metadata_of(pod).erase(kTimestamp);
  begin(pod, *asked);
  return plan_marking(resource, std::move(pod));
}

std::optional<DeletePlan> plan_pod(const Resource& resource, Json& pod,
                                   const DeleteRequest& request, std::chrono::seconds max_grace) {
  const Json& metadata = metadata_of(pod);
  if (metadata.find(kTimestamp) != nullptr) {
    const auto grace = number_of(&metadata, kGrace);
    if (!grace || *grace == 0) return std::nullopt;
    return plan_running(resource, pod, *grace, request.grace_period_seconds);
  }
  const std::int64_t grace =
      std::min<std::int64_t>(grace_of_pod(pod, request.grace_period_seconds), max_grace.count());
  if (grace == 0) return std::nullopt;
  begin(pod, grace);
  return plan_marking(resource, std::move(pod));
}

bool has_spec_finalizers(const Json& ns) {
  const Json* spec = ns.find("spec");
  const Json* finalizers = spec ? spec->find("finalizers") : nullptr;
  return finalizers && finalizers->array() && !finalizers->array()->empty();
}

// The first DELETE of a Namespace only announces it; the last is spec.finalizers' to allow.
std::optional<DeletePlan> plan_namespace(const Resource& resource, Json& ns) {
  if (metadata_of(ns).find(kTimestamp) != nullptr) {
    if (!has_spec_finalizers(ns)) return std::nullopt;
    return DeletePlan{DeleteStep::Wait, std::move(ns)};
  }
  metadata_of(ns).set(kTimestamp, Json(time_in(0)));
  if (ns.find("status") == nullptr) ns.set("status", Json(Json::Object()));
  ns.find("status")->set("phase", Json("Terminating"));
  return plan_marking(resource, std::move(ns));
}

// The first DELETE of a definition announces it; its objects have to go before it does.
DeletePlan plan_definition(const Resource& resource, Json definition) {
  const Json& metadata = metadata_of(definition);
  if (metadata.find(kTimestamp) != nullptr) {
    const bool held = metadata.find("finalizers") != nullptr;
    return {held ? DeleteStep::Wait : DeleteStep::Remove, std::move(definition)};
  }
  begin_termination(definition, time_in(0));
  auto ordered = objects::canonical_object({resource.api_version, resource.kind}, definition);
  if (!ordered) throw std::logic_error("a definition of our own: " + ordered.error().message);
  return plan_marking(resource, *std::move(ordered));
}

}  // namespace

DeletePlan plan_delete(const Resource& resource, Json object, const DeleteRequest& request,
                       std::chrono::seconds max_pod_grace) {
  if (is_definition(resource)) return plan_definition(resource, std::move(object));
  // Finalizers first, whatever the kind says: each plan carries the object with them, and an object
  // that they hold is only marked, even when its kind has nothing to wait for.
  const bool held = set_finalizers(resource, object, request.propagation);
  std::optional<DeletePlan> plan;
  if (is_resource(resource, "", "pods")) plan = plan_pod(resource, object, request, max_pod_grace);
  if (is_resource(resource, "", "namespaces")) plan = plan_namespace(resource, object);
  if (plan) return *std::move(plan);
  if (!held) return {DeleteStep::Remove, std::move(object)};
  begin(object, 0);
  return plan_marking(resource, std::move(object));
}

bool ready_to_go(const Json& object) {
  const Json& metadata = *object.find("metadata");
  if (metadata.find(kTimestamp) == nullptr || metadata.find("finalizers") != nullptr) return false;
  if (object.text("kind") == "Namespace" && has_spec_finalizers(object)) return false;
  return number_of(&metadata, kGrace).value_or(0) == 0;
}

}  // namespace kaudit::apiserver::api
