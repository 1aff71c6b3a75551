#include "apiserver/api/write/field_ownership.hpp"

#include <cstddef>
#include <map>
#include <utility>

#include "apiserver/api/write/object_rules.hpp"
#include "apiserver/objects/apply/values.hpp"
#include "apiserver/objects/types/types.hpp"
#include "base/text/rfc3339.hpp"
#include "base/text/unicode.hpp"

namespace kaudit::apiserver::api {
namespace {

using objects::Json;
using objects::Resource;
using objects::Subresource;
using objects::apply::FieldManager;

constexpr std::size_t kMaxManagerBytes = 128;

std::shared_ptr<const objects::apply::FieldManager> made_for(const Resource& resource,
                                                             const Subresource* part) {
  return std::make_shared<const objects::apply::FieldManager>(objects::apply::FieldScope{
      objects::find_type(resource.api_version, resource.kind), resource.api_version, resource.kind,
      part ? part->name : std::string_view()});
}

std::shared_ptr<const FieldManager> made_for_custom(const Call& call) {
  const Subresource* const part = call.subresource;
  objects::apply::FieldScope scope{nullptr, call.resource.api_version, call.resource.kind,
                                   part ? part->name : std::string_view()};
  scope.schema = call.version->schema_or_null();
  scope.custom = true;
  if (call.resource.subresource("status") == nullptr) {
    scope.status = objects::apply::OwnStatus::InObject;
  }
  return std::make_shared<const FieldManager>(scope);
}

// True when two lists of managers say the same but for their times.
bool same_managers(const Json& a, const Json& b) {
  if (a.array()->size() != b.array()->size()) return false;
  for (std::size_t i = 0; i < a.array()->size(); ++i) {
    Json left = (*a.array())[i];
    Json right = (*b.array())[i];
    left.erase("time");
    right.erase("time");
    if (!objects::apply::same_value(left, right)) return false;
  }
  return true;
}

Json* managed_fields_of(Json& object) {
  Json* managed = object.find("metadata")->find("managedFields");
  return managed && managed->array() ? managed : nullptr;
}

// The object without what tells one write of it from the next.
Json content_of(const Json& object) {
  Json content = object;
  content.find("metadata")->erase("managedFields");
  content.find("metadata")->erase("resourceVersion");
  return content;
}

}  // namespace

std::string manager_of(const Call& call, std::string_view field_manager) {
  if (!field_manager.empty()) return std::string(field_manager);
  const std::string_view agent =
      call.scope.request().headers.first("User-Agent").value_or(std::string_view());
  std::string_view rest = agent.substr(0, agent.find('/'));
  std::string name;
  while (!rest.empty()) {
    const Rune rune = decode_rune(rest);
    rest.remove_prefix(rune.size);
    if (!is_printable(rune.code_point)) continue;
    std::string text;
    append_utf8(text, rune.code_point);
    if (name.size() + text.size() > kMaxManagerBytes) break;
    name += text;
  }
  return name;
}

std::shared_ptr<const objects::apply::FieldManager> field_manager_of(const Call& call) {
  if (call.version != nullptr) return made_for_custom(call);
  // Made once for all kinds that there are from the start.
  static const auto known = [] {
    std::map<std::pair<const Resource*, const Subresource*>,
             std::shared_ptr<const objects::apply::FieldManager>>
        all;
    for (const Resource& resource : objects::all_resources()) {
      all[{&resource, nullptr}] = made_for(resource, nullptr);
      for (const Subresource& part : resource.subresources) {
        all[{&resource, &part}] = made_for(resource, &part);
      }
    }
    return all;
  }();
  const auto found = known.find({&call.resource, call.subresource});
  return found != known.end() ? found->second : made_for(call.resource, call.subresource);
}

objects::TreeText ownership_time() {
  char text[kTimeSize];
  const char* const end = write_rfc3339(text, Timestamp::now(), TimeForm::Time);
  return std::string_view(text, static_cast<std::size_t>(end - text));
}

void set_managed_fields(Json& object, Json managed_fields) {
  Json& metadata = *object.find("metadata");
  if (managed_fields.is_null()) {
    metadata.erase("managedFields");
  } else {
    set_in_metadata(metadata, "managedFields", std::move(managed_fields));
  }
}

void track_create(const Call& call, std::string_view field_manager, Json& object) {
  const std::string manager = manager_of(call, field_manager);
  set_managed_fields(object,
                     field_manager_of(call)->update(nullptr, object, {manager, ownership_time()}));
}

void track_update(const Call& call, std::string_view field_manager, const Json& current,
                  Json& wanted) {
  const std::string manager = manager_of(call, field_manager);
  set_managed_fields(wanted,
                     field_manager_of(call)->update(&current, wanted, {manager, ownership_time()}));
}

void keep_times_if_unchanged(const Json& current, Json& object) {
  Json* mine = managed_fields_of(object);
  const Json* stored = current.find("metadata")->find("managedFields");
  if (!mine || !stored || !stored->array() || *mine == *stored) return;
  if (same_managers(*mine, *stored) &&
      objects::apply::same_value(content_of(current), content_of(object))) {
    *mine = *stored;
  }
}

}  // namespace kaudit::apiserver::api
