#include "apiserver/api/rules/written_parts.hpp"

#include <cstddef>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

#include "apiserver/api/custom/definition_reactions.hpp"
#include "apiserver/api/rules/service_updates.hpp"
#include "apiserver/objects/codec/codec.hpp"
#include "apiserver/objects/tree/object_in.hpp"
#include "base/text/rfc3339.hpp"

namespace kaudit::apiserver::api {
namespace {

using objects::Json;

struct Named {
  std::string_view subresource;
  WrittenPart part;
};
constexpr Named kParts[] = {
    {"scale", WrittenPart::Main},        {"finalize", WrittenPart::Finalizers},
    {"approval", WrittenPart::Approval}, {"ephemeralcontainers", WrittenPart::EphemeralContainers},
    {"resize", WrittenPart::Resize},
};

bool is(const Call& call, std::string_view resource) {
  return call.resource.qualified_name == resource;
}

void copy_member(Json& to, const Json& from, std::string_view name) {
  if (const Json* member = from.find(name)) {
    to.set(name, *member);
  } else {
    to.erase(name);
  }
}

Json::Array* list_in(Json* parent, std::string_view name) {
  Json* list = parent ? parent->find(name) : nullptr;
  return list ? list->array() : nullptr;
}

const Json::Array* list_in(const Json* parent, std::string_view name) {
  const Json* list = parent ? parent->find(name) : nullptr;
  return list ? list->array() : nullptr;
}

// --- certificate requests

void set_missing_times(Json& object, const Json& current) {
  Json::Array* conditions = list_in(object.find("status"), "conditions");
  if (conditions == nullptr) return;
  const Json::Array* old = list_in(current.find("status"), "conditions");
  const Json now(rfc3339_text(Timestamp::now()));
  for (Json& condition : *conditions) {
    if (condition.find("lastUpdateTime") == nullptr) condition.set("lastUpdateTime", now);
    if (condition.find("lastTransitionTime") != nullptr) continue;
    Json since = now;
    for (const Json& before : old ? *old : Json::Array()) {
      const Json* time = before.find("lastTransitionTime");
      if (time != nullptr && before.text("type") == condition.text("type") &&
          before.text("status") == condition.text("status")) {
        since = *time;
        break;
      }
    }
    condition.set("lastTransitionTime", std::move(since));
  }
}

std::vector<std::size_t> places_of(const Json::Array* conditions, std::string_view type) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; conditions != nullptr && i < conditions->size(); ++i) {
    if ((*conditions)[i].text("type") == type) places.push_back(i);
  }
  return places;
}

// A status says nothing about who approved: what is there stays, unless there is more or less.
void keep_approval(Json& object, const Json& current) {
  Json::Array* conditions = list_in(object.find("status"), "conditions");
  const Json::Array* old = list_in(current.find("status"), "conditions");
  for (const std::string_view type : {"Approved", "Denied"}) {
    const auto from = places_of(old, type);
    const auto to = places_of(conditions, type);
    if (from.size() != to.size()) continue;
    for (std::size_t i = 0; i < to.size(); ++i) (*conditions)[to[i]] = (*old)[from[i]];
  }
}

// --- pods

void keep_generations(Json& status, const Json& old) {
  if (status.find("observedGeneration") == nullptr) copy_member(status, old, "observedGeneration");
  Json::Array* conditions = list_in(&status, "conditions");
  if (conditions == nullptr) return;
  const Json::Array* before = list_in(&old, "conditions");
  std::vector<bool> used(before ? before->size() : 0, false);
  for (Json& condition : *conditions) {
    for (std::size_t i = 0; i < used.size(); ++i) {
      if (used[i] || (*before)[i].text("type") != condition.text("type")) continue;
      used[i] = true;
      if (condition.find("observedGeneration") == nullptr) {
        copy_member(condition, (*before)[i], "observedGeneration");
      }
      break;
    }
  }
}

void finish_pod_status(Json& object, const Json& current) {
  const Json* old = current.find("status");
  if (old == nullptr) return;
  Json& status = objects::object_in(object, "status");
  for (const std::string_view name : {"qosClass", "resourceClaimStatuses"}) {
    if (status.find(name) == nullptr) copy_member(status, *old, name);
  }
  keep_generations(status, *old);
}

// Containers with other names, or in another order, are left to the judgement of the rules.
bool same_containers(const Json* wanted, const Json* current, std::string_view name) {
  const Json::Array* ours = list_in(wanted, name);
  const Json::Array* theirs = list_in(current, name);
  if (ours == nullptr || theirs == nullptr) return ours == theirs;
  if (ours->size() != theirs->size()) return false;
  for (std::size_t i = 0; i < ours->size(); ++i) {
    if ((*ours)[i].text("name") != (*theirs)[i].text("name")) return false;
  }
  return true;
}

Json resized(const Json& current, Json wanted) {
  const Json* asked = wanted.find("spec");
  const Json* stored = current.find("spec");
  if (!same_containers(asked, stored, "containers") ||
      !same_containers(asked, stored, "initContainers")) {
    copy_member(wanted, current, "status");
    return wanted;
  }
  Json result = current;
  for (const std::string_view name : {"containers", "initContainers"}) {
    const Json::Array* from = list_in(asked, name);
    Json::Array* to = list_in(result.find("spec"), name);
    for (std::size_t i = 0; from != nullptr && i < from->size(); ++i) {
      copy_member((*to)[i], (*from)[i], "resources");
      copy_member((*to)[i], (*from)[i], "resizePolicy");
    }
  }
  if (const Json* resources = asked ? asked->find("resources") : nullptr) {
    objects::object_in(result, "spec").set("resources", *resources);
  }
  return result;
}

// What was added stands at the end: back into the order of the type.
Json ordered(const Call& call, const Json& object) {
  auto result = objects::canonical_object(call.type(), object);
  if (!result) throw std::logic_error("a part of an object: " + result.error().message);
  return *std::move(result);
}

// --- the object itself

Json main_parts(const Call& call, const Json& current, Json wanted) {
  if (call.resource.subresource("status") != nullptr) copy_member(wanted, current, "status");
  // Only their own subresources change what holds a Namespace, and what a request asks for.
  if (is(call, "namespaces") || is(call, "certificatesigningrequests.certificates.k8s.io")) {
    copy_member(wanted, current, "spec");
  }
  if (is(call, "services")) {
    keep_allocations(current, wanted);
    return ordered(call, wanted);
  }
  if (is_definition(call.resource)) {
    add_stored_version(wanted);
    return ordered(call, wanted);
  }
  return wanted;
}

Json status_parts(const Call& call, const Json& current, const Json& wanted) {
  Json result = current;
  copy_member(result, wanted, "status");
  if (is(call, "pods")) {
    finish_pod_status(result, current);
    return ordered(call, result);
  }
  if (is(call, "certificatesigningrequests.certificates.k8s.io")) {
    keep_approval(result, current);
    set_missing_times(result, current);
    return ordered(call, result);
  }
  return result;
}

Json approved(const Json& current, const Json& wanted) {
  Json result = current;
  const Json* status = wanted.find("status");
  copy_member(objects::object_in(result, "status"), status ? *status : Json(Json::Object()),
              "conditions");
  set_missing_times(result, current);
  return result;
}

Json with_ephemeral_containers(const Json& current, const Json& wanted) {
  Json result = current;
  const Json* spec = wanted.find("spec");
  copy_member(objects::object_in(result, "spec"), spec ? *spec : Json(Json::Object()),
              "ephemeralContainers");
  return result;
}

}  // namespace

WrittenPart written_part(const Call& call) noexcept {
  if (call.subresource == nullptr) return WrittenPart::Main;
  for (const Named& each : kParts) {
    if (each.subresource == call.subresource->name) return each.part;
  }
  return WrittenPart::Status;
}

StatusMetadata metadata_rule(const Call& call) noexcept {
  switch (written_part(call)) {
    case WrittenPart::Main:
    case WrittenPart::Finalizers:
    case WrittenPart::Approval:
      return StatusMetadata::AsWritten;
    case WrittenPart::Status:
      return strategy_of(call.resource).status_metadata;
    case WrittenPart::EphemeralContainers:
    case WrittenPart::Resize:
      break;
  }
  return StatusMetadata::Unchanged;
}

Json merged_parts(const Call& call, const Json& current, Json wanted) {
  switch (written_part(call)) {
    case WrittenPart::Main:
      return main_parts(call, current, std::move(wanted));
    case WrittenPart::Status:
      return status_parts(call, current, wanted);
    case WrittenPart::Finalizers:
      copy_member(wanted, current, "status");
      return wanted;
    case WrittenPart::Approval:
      return ordered(call, approved(current, wanted));
    case WrittenPart::EphemeralContainers:
      return ordered(call, with_ephemeral_containers(current, wanted));
    case WrittenPart::Resize:
      break;
  }
  return ordered(call, resized(current, std::move(wanted)));
}

}  // namespace kaudit::apiserver::api
