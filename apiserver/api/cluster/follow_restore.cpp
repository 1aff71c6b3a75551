#include "apiserver/api/cluster/follow_restore.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "apiserver/api/custom/definition_feed.hpp"
#include "apiserver/api/delete/owner_index.hpp"
#include "apiserver/custom/definition.hpp"

namespace kaudit::apiserver::api {
namespace {

/// What was defined before or after, by the prefix of its objects' keys without the last slash.
using Defined = std::map<std::string, const objects::Resource*, std::less<>>;

void note_definition(Defined& defined, const objects::Object& object) {
  const auto definition = custom::read_definition(object);
  if (definition->versions.empty()) return;
  const objects::Resource& resource = *definition->versions.front().resource;
  std::string place = store_prefix(resource, "");
  place.pop_back();
  defined.insert_or_assign(std::move(place), &resource);
}

/// Definitions that are there, and those that have gone or changed with these changes.
Defined defined_kinds(const ApiOptions& options, const std::vector<store::ChangePtr>& changes) {
  Defined defined;
  for (const custom::DefinitionPtr& definition : options.definitions->established()) {
    if (definition->versions.empty()) continue;
    std::string place = store_prefix(*definition->versions.front().resource, "");
    place.pop_back();
    defined.emplace(std::move(place), definition->versions.front().resource);
  }
  for (const store::ChangePtr& change : changes) {
    if (change->key->starts_with(kDefinitionKeys)) note_definition(defined, *change->object);
  }
  return defined;
}

/// Whose object it is, by its place in the store (store_prefix); null when no kind has that place.
const objects::Resource* resource_of(const Defined& defined, std::string_view key,
                                     const objects::ObjectMeta& meta) {
  key.remove_suffix(std::min(key.size(), meta.name.size() + 1));
  if (!meta.ns.empty()) key.remove_suffix(std::min(key.size(), meta.ns.size() + 1));
  if (const auto custom = defined.find(key); custom != defined.end()) return custom->second;
  const std::size_t name = key.rfind('/');
  if (name == std::string_view::npos) return nullptr;
  const std::string_view api_version = key.substr(0, name);
  const std::size_t version = api_version.rfind('/');
  const bool core = version == std::string_view::npos;
  return objects::find_resource(core ? std::string_view() : api_version.substr(0, version),
                                core ? api_version : api_version.substr(version + 1),
                                key.substr(name + 1));
}

}  // namespace

void follow_restore(const ApiOptions& options, const std::vector<store::ChangePtr>& changes) {
  const Defined defined = defined_kinds(options, changes);
  for (const store::ChangePtr& change : changes) {
    const objects::ObjectMeta& meta = change->object->meta();
    const objects::Resource* resource = resource_of(defined, *change->key, meta);
    if (resource == nullptr) continue;
    const ObjectRef ref{resource, meta.ns, meta.name};
    const bool gone = change->type == store::Change::Type::Deleted;
    if (change->previous != nullptr) options.owners->forget(ref, *change->previous);
    if (!gone) options.owners->learn(ref, *change->object);
    if (resource->kind == "ClusterRole") {
      if (gone) {
        options.aggregates->forget(meta.name);
      } else {
        options.aggregates->learn(*change->object);
      }
    }
    if (gone && resource->kind == "Pod") options.pod_files->forget(meta.uid);
  }
}

}  // namespace kaudit::apiserver::api
