#include "apiserver/api/delete/owner_index.hpp"

#include "apiserver/objects/tree/json.hpp"
#include "apiserver/objects/versions/versions.hpp"

namespace kaudit::apiserver::api {
namespace {

using objects::Json;

constexpr std::string_view kMember = "ownerReferences";

Owner owner_of(const custom::Registry& definitions, const ObjectRef& dependent, const Json& entry) {
  Owner owner;
  owner.ref.resource = objects::find_kind(entry.text("apiVersion"), entry.text("kind"));
  if (owner.ref.resource == nullptr) {
    owner.ref.resource = definitions.find_kind(entry.text("apiVersion"), entry.text("kind"));
  } else {
    owner.ref.resource = &objects::stored_as(*owner.ref.resource);
  }
  owner.ref.name = entry.text("name");
  if (owner.ref.resource != nullptr && owner.ref.resource->namespaced()) {
    owner.ref.ns = dependent.ns;
  }
  owner.uid = entry.text("uid");
  const Json* blocks = entry.find("blockOwnerDeletion");
  owner.blocked = blocks != nullptr && blocks->boolean() != nullptr && *blocks->boolean();
  return owner;
}

}  // namespace

std::string store_prefix(const objects::Resource& resource, std::string_view ns) {
  // Objects of a custom resource are stored in one place, whatever version they are in.
  constexpr std::size_t kUsual = 96;  // with the name of an object behind it
  std::string text;
  text.reserve(kUsual);
  if (resource.is_custom()) {
    text.append(resource.group).append("/~");
  } else {
    text.append(objects::stored_as(resource).api_version);
  }
  text.append("/").append(resource.name).append("/");
  if (!ns.empty() && resource.namespaced()) text.append(ns).append("/");
  return text;
}

std::vector<Owner> owners_of(const custom::Registry& definitions, const ObjectRef& ref,
                             const objects::Object& object) {
  // Most objects have none, and need not be read for it.
  if (!object.meta().owned) return {};
  std::vector<Owner> owners;
  const Json tree = object.tree();
  const Json* entries = tree.find("metadata")->find(kMember);
  if (entries == nullptr || entries->array() == nullptr) return {};
  for (const Json& entry : *entries->array()) owners.push_back(owner_of(definitions, ref, entry));
  return owners;
}

void OwnerIndex::learn(const ObjectRef& ref, const objects::Object& object) {
  const auto owners = owners_of(*definitions_, ref, object);
  if (owners.empty()) return;
  const Lock lock(mutex_);
  for (const Owner& owner : owners) by_uid_[owner.uid].insert(ref);
}

void OwnerIndex::forget(const ObjectRef& ref, const objects::Object& object) {
  const auto owners = owners_of(*definitions_, ref, object);
  if (owners.empty()) return;
  const Lock lock(mutex_);
  for (const Owner& owner : owners) {
    const auto found = by_uid_.find(owner.uid);
    if (found == by_uid_.end()) continue;
    found->second.erase(ref);
    if (found->second.empty()) by_uid_.erase(found);
  }
}

std::vector<ObjectRef> OwnerIndex::dependents(std::string_view uid) const {
  const Lock lock(mutex_);
  const auto found = by_uid_.find(uid);
  if (found == by_uid_.end()) return {};
  return {found->second.begin(), found->second.end()};
}

}  // namespace kaudit::apiserver::api
