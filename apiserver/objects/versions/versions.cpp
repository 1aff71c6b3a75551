#include "apiserver/objects/versions/versions.hpp"

#include <array>
#include <span>
#include <stdexcept>
#include <string_view>

#include "apiserver/objects/codec/codec.hpp"
#include "apiserver/objects/versions/autoscalers.hpp"

namespace kaudit::apiserver::objects {
namespace {

/// A member that has another name in the other version.
struct Renamed {
  std::string_view stored;
  std::string_view other;
};

constexpr auto kEvent = std::to_array<Renamed>({
    {"involvedObject", "regarding"},
    {"message", "note"},
    {"source", "deprecatedSource"},
    {"firstTimestamp", "deprecatedFirstTimestamp"},
    {"lastTimestamp", "deprecatedLastTimestamp"},
    {"count", "deprecatedCount"},
    {"reportingComponent", "reportingController"},
});

/// A resource in its two versions: what has other names, or what does it.
struct Versions {
  std::string_view name;
  std::string_view stored_version;  // apiVersion
  std::string_view other_version;
  std::span<const Renamed> renamed;
  Json (*to_other)(const Json& stored);
  Json (*to_stored)(const Json& other);
};

constexpr auto kVersions = std::to_array<Versions>({
    {"events", "v1", "events.k8s.io/v1", kEvent, nullptr, nullptr},
    {"horizontalpodautoscalers",
     "autoscaling/v2",
     "autoscaling/v1",
     {},
     autoscaler_v1,
     autoscaler_v2},
});

const Versions* find_versions(const Resource& resource) noexcept {
  for (const Versions& each : kVersions) {
    const bool one_of_them =
        resource.api_version == each.stored_version || resource.api_version == each.other_version;
    if (one_of_them && each.name == resource.name) return &each;
  }
  return nullptr;
}

Json renamed(const Json& object, std::span<const Renamed> members, bool to_stored) {
  Json result{Json::Object()};
  for (const Json::Member& member : *object.object()) {
    std::string_view name = member.name;
    for (const Renamed& each : members) {
      if (name == (to_stored ? each.other : each.stored)) {
        name = to_stored ? each.stored : each.other;
        break;
      }
    }
    result.set(name, member.value);
  }
  return result;
}

Json converted(const Json& object, const Versions& versions, bool to_stored) {
  const auto convert = to_stored ? versions.to_stored : versions.to_other;
  return convert != nullptr ? convert(object) : renamed(object, versions.renamed, to_stored);
}

}  // namespace

const Resource& stored_as(const Resource& resource) noexcept {
  const Versions* versions = find_versions(resource);
  if (versions == nullptr || resource.api_version == versions->stored_version) return resource;
  const Resource* stored = find_kind(versions->stored_version, resource.kind);
  return stored == nullptr ? resource : *stored;
}

Json in_version(const Json& object, const Resource& to) {
  const Versions* versions = find_versions(to);
  if (versions == nullptr || object.text("apiVersion") == to.api_version) return object;
  Json result = converted(object, *versions, to.api_version == versions->stored_version);
  result.erase("apiVersion");
  auto ordered = canonical_object({to.api_version, to.kind}, result);
  if (!ordered) {
    throw std::logic_error("an object in another version: " + ordered.error().message);
  }
  return *std::move(ordered);
}

}  // namespace kaudit::apiserver::objects
