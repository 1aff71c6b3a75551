#include "apiserver/api/object_version.hpp"

#include <string>
#include <utility>
#include <vector>

#include "apiserver/api/subresources/scale.hpp"
#include "apiserver/custom/instance.hpp"
#include "apiserver/objects/versions/versions.hpp"

namespace kaudit::apiserver::api {
namespace {

bool is_stored_version(const Call& call) {
  return &objects::stored_as(call.resource) == &call.resource;
}

objects::MemberOrder order_of(const objects::Resource& resource) {
  return resource.is_custom() ? objects::MemberOrder::ByName : objects::MemberOrder::OfType;
}

}  // namespace

bool is_in_form(const Call& call, const objects::Object& stored) {
  if (stored.meta().resource_version <= call.definition->since) return false;
  constexpr std::string_view kMember = "{\"apiVersion\":\"";
  std::string_view text = stored.text();
  if (!text.starts_with(kMember)) {
    // Something comes before it: look.
    return stored.tree().text("apiVersion") == call.resource.api_version;
  }
  text.remove_prefix(kMember.size());
  return text.starts_with(call.resource.api_version) &&
         text.substr(call.resource.api_version.size()).starts_with('"');
}

objects::ObjectPtr in_version_of(const Call& call, const objects::ObjectPtr& stored) {
  if (call.version != nullptr) {
    if (is_in_form(call, *stored)) return stored;
    return draft_of(call.resource, custom::in_form_of(*call.version, stored->tree()))
        .seal(stored->meta().resource_version);
  }
  if (is_stored_version(call)) return stored;
  return objects::Draft(objects::in_version(stored->tree(), call.resource))
      .seal(stored->meta().resource_version);
}

void bring_to_version_of(const Call& call, store::ObjectList& stored) {
  if (call.version == nullptr && is_stored_version(call)) return;
  std::vector<objects::ObjectPtr> objects = stored.copy();
  for (objects::ObjectPtr& object : objects) object = in_version_of(call, object);
  stored = store::ObjectList(std::move(objects));
}

objects::Json tree_of(const Call& call, const objects::Object& stored) {
  if (call.version != nullptr) {
    return is_in_form(call, stored) ? stored.tree()
                                    : custom::in_form_of(*call.version, stored.tree());
  }
  return is_stored_version(call) ? stored.tree()
                                 : objects::in_version(stored.tree(), call.resource);
}

objects::Draft draft_of(const objects::Resource& resource, const objects::Json& object) {
  return objects::Draft(object, order_of(resource));
}

objects::Draft draft_of(const Call& call, const objects::Json& object) {
  if (call.version != nullptr) {
    const custom::Version& storage = call.definition->storage_version();
    if (&storage == call.version) return draft_of(call.resource, object);
    return draft_of(call.resource, custom::in_form_of(storage, object));
  }
  if (is_stored_version(call)) return objects::Draft(object);
  return objects::Draft(objects::in_version(object, objects::stored_as(call.resource)));
}

Expected<RawJson> shown_object(const Call& call, const objects::ObjectPtr& stored) {
  if (!is_scale(call)) return objects::json_of(in_version_of(call, stored));
  const auto scale = scale_of(call, tree_of(call, *stored));
  if (!scale) return tl::unexpected(scale.error());
  return RawJson::trusted(scale->dump());
}

}  // namespace kaudit::apiserver::api
