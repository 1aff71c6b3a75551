#include "apiserver/api/object_version.hpp"

#include "apiserver/api/subresources/scale.hpp"
#include "apiserver/objects/versions/versions.hpp"

namespace kaudit::apiserver::api {
namespace {

bool is_stored_version(const Call& call) {
  return &objects::stored_as(call.resource) == &call.resource;
}

}  // namespace

objects::ObjectPtr in_version_of(const Call& call, const objects::ObjectPtr& stored) {
  if (is_stored_version(call)) return stored;
  return objects::Draft(objects::in_version(stored->tree(), call.resource))
      .seal(stored->meta().resource_version);
}

objects::Json tree_of(const Call& call, const objects::Object& stored) {
  return is_stored_version(call) ? stored.tree()
                                 : objects::in_version(stored.tree(), call.resource);
}

objects::Draft draft_of(const Call& call, const objects::Json& object) {
  if (is_stored_version(call)) return objects::Draft(object);
  return objects::Draft(objects::in_version(object, objects::stored_as(call.resource)));
}

Expected<RawJson> shown_object(const Call& call, const objects::ObjectPtr& stored) {
  if (!is_scale(call)) return in_version_of(call, stored)->json();
  const auto scale = scale_of(stored->tree());
  if (!scale) return tl::unexpected(scale.error());
  return RawJson::trusted(scale->dump());
}

}  // namespace kaudit::apiserver::api
