#include "apiserver/api/custom/definition_reactions.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>
#include <vector>

#include "apiserver/api/cluster/made_object.hpp"
#include "apiserver/api/write/field_ownership.hpp"
#include "apiserver/api/write/object_rules.hpp"
#include "apiserver/custom/definition_names.hpp"
#include "apiserver/objects/apply/field_manager.hpp"
#include "apiserver/objects/codec/codec.hpp"
#include "apiserver/objects/tree/object_in.hpp"
#include "apiserver/objects/types/types.hpp"

namespace kaudit::apiserver::api {
namespace {

using boost::asio::awaitable;
using objects::Json;
using objects::ObjectPtr;

constexpr std::string_view kDefinitionVersion = "apiextensions.k8s.io/v1";
constexpr std::string_view kDefinitionKind = "CustomResourceDefinition";

const objects::Resource& definitions_resource() {
  static const objects::Resource& kResource =
      *objects::find_kind(kDefinitionVersion, kDefinitionKind);
  return kResource;
}

// A status that the server wrote itself, with its part in managedFields.
Json finished_status(const Json& before, const Json& changed) {
  static const objects::apply::FieldManager kFields(
      {objects::find_type(kDefinitionVersion, kDefinitionKind), kDefinitionVersion, kDefinitionKind,
       "status"});
  auto object = objects::canonical_object({kDefinitionVersion, kDefinitionKind}, changed);
  if (!object) throw std::logic_error("a status of our own making: " + object.error().message);
  set_managed_fields(*object, kFields.update(&before, *object, {kServerManager, ownership_time()}));
  normalise_metadata(definitions_resource(), *object);
  return *std::move(object);
}

// Whoever else writes it meanwhile. True when its status has changed.
awaitable<bool> settle_names(const ApiOptions& options, std::string name) {
  const std::string key = store_prefix(definitions_resource(), "") + name;
  for (;;) {
    const auto current = co_await options.store->get(key);
    if (!current) co_return false;
    const Json tree = (*current)->tree();
    const Json* const spec = tree.find("spec");
    const std::string group(spec != nullptr ? spec->text("group") : std::string_view());
    const auto others = options.definitions->of_group(group);
    const auto settled = custom::with_names_settled(tree, others, ownership_time());
    if (!settled) co_return false;
    const objects::Draft draft(finished_status(tree, *settled));
    const std::uint64_t version = (*current)->meta().resource_version;
    const auto stored = co_await options.store->update(key, draft, version);
    if (stored) co_return true;
    if (stored.error() != store::Refusal::Changed) co_return false;
  }
}

std::string group_of(const objects::Object& definition) {
  const std::string& name = definition.meta().name;
  return name.substr(std::min(name.find('.') + 1, name.size()));
}

// Others of the group may have names now that they could not have.
awaitable<void> settle_others(const ApiOptions& options, std::string group, std::string self) {
  const auto others = options.definitions->of_group(group);
  for (const custom::DefinitionPtr& other : others) {
    if (other->name == self || other->asked == other->accepted) continue;
    co_await settle_names(options, other->name);
  }
}

}  // namespace

bool is_definition(const objects::Resource& resource) noexcept {
  return &resource == &definitions_resource();
}

awaitable<void> follow_definition(const ApiOptions& options, ObjectPtr before, ObjectPtr after) {
  if (after == nullptr) {
    if (before != nullptr) {
      co_await settle_others(options, group_of(*before), before->meta().name);
    }
    co_return;
  }
  const bool changed = co_await settle_names(options, after->meta().name);
  if (changed) co_await settle_others(options, group_of(*after), after->meta().name);
}

void add_stored_version(Json& definition) {
  const Json* const spec = definition.find("spec");
  const Json* const versions = spec != nullptr ? spec->find("versions") : nullptr;
  if (versions == nullptr || versions->array() == nullptr) return;
  for (const Json& version : *versions->array()) {
    const Json* const storage = version.find("storage");
    if (storage == nullptr || !storage->boolean() || !*storage->boolean()) continue;
    Json& status = objects::object_in(definition, "status");
    Json* stored = status.find("storedVersions");
    if (stored == nullptr || stored->array() == nullptr) {
      stored = &status.set("storedVersions", Json(Json::Array()));
    }
    Json::Array& names = *stored->array();
    const Json name(version.text("name"));
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
    return;
  }
}

void begin_termination(Json& definition, std::string_view now) {
  Json& metadata = metadata_of(definition);
  metadata.set("deletionTimestamp", Json(now));
  Json* finalizers = metadata.find("finalizers");
  if (finalizers == nullptr || finalizers->array() == nullptr) {
    finalizers = &metadata.set("finalizers", Json(Json::Array()));
  }
  const Json own(kCleanupFinalizer);
  Json::Array& names = *finalizers->array();
  if (std::ranges::find(names, own) == names.end()) names.push_back(own);
  custom::set_condition(definition,
                        {"Terminating", "True", "InstanceDeletionPending",
                         "CustomResourceDefinition marked for deletion; CustomResource deletion "
                         "will begin soon"},
                        now);
}

void set_deletion_in_progress(Json& definition) {
  const Json before = definition;
  custom::set_condition(definition,
                        {"Terminating", "True", "InstanceDeletionInProgress",
                         "CustomResource deletion is in progress"},
                        ownership_time());
  if (definition != before) definition = finished_status(before, definition);
}

}  // namespace kaudit::apiserver::api
