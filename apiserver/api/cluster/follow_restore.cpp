#include "apiserver/api/cluster/follow_restore.hpp"

#include <algorithm>
#include <string_view>

namespace kaudit::apiserver::api {
namespace {

/// Whose object it is, by its place in the store (store_prefix); null when no kind has that place.
const objects::Resource* resource_of(std::string_view key, const objects::ObjectMeta& meta) {
  key.remove_suffix(std::min(key.size(), meta.name.size() + 1));
  if (!meta.ns.empty()) key.remove_suffix(std::min(key.size(), meta.ns.size() + 1));
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
  for (const store::ChangePtr& change : changes) {
    const objects::ObjectMeta& meta = change->object->meta();
    const objects::Resource* resource = resource_of(*change->key, meta);
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
