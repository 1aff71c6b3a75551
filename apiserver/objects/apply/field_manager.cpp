#include "apiserver/objects/apply/field_manager.hpp"

#include <optional>
#include <utility>

#include "apiserver/objects/apply/bounded_type.hpp"
#include "apiserver/objects/apply/empty_object.hpp"
#include "apiserver/objects/apply/managers/last_applied.hpp"
#include "apiserver/objects/apply/managers/manager_cap.hpp"
#include "apiserver/objects/apply/typed_tree.hpp"
#include "apiserver/objects/apply/values.hpp"
#include "apiserver/objects/patch/nesting.hpp"

namespace kaudit::apiserver::objects::apply {
namespace {

using Kind = ApplyRefusal::Kind;

constexpr std::string_view kBeforeFirstApply = "before-first-apply";

PathSet paths(std::initializer_list<std::string_view> members) {
  PathSet set;
  for (const std::string_view member : members) set.append({PathElement::field(member), true});
  set.sort();
  return set;
}

// What the server sets itself, and nobody owns.
const PathSet& unowned() {
  static const PathSet set = [] {
    PathSet all = paths({"apiVersion", "kind"});
    all.append({PathElement::field("metadata"), true,
                paths({"name", "namespace", "creationTimestamp", "selfLink", "uid", "clusterName",
                       "generation", "managedFields", "resourceVersion"})});
    all.sort();
    return all;
  }();
  return set;
}

// An object's own URL leaves its status alone; the status' URL all but that.
PathSet reset_by(const FieldScope& scope) {
  const std::string_view subresource = scope.subresource;
  if (scope.custom && subresource.empty() && scope.status == OwnStatus::InObject) return {};
  if (scope.custom && subresource == "status") return paths({"metadata", "spec"});
  if (subresource.empty()) return paths({"status"});
  PathSet set;
  if (subresource == "status") {
    set = paths({"spec"});
    set.append({PathElement::field("metadata"), false, paths({"labels"})});
    set.sort();
  }
  return set;
}

const Json* managed_fields_in(const Json& object) {
  const Json* metadata = object.find("metadata");
  return metadata ? metadata->find("managedFields") : nullptr;
}

bool has_entries(const Json* managed_fields) {
  return managed_fields != nullptr && managed_fields->array() && !managed_fields->array()->empty();
}

std::string_view manager_name(const Writer& writer) {
  return writer.manager.empty() ? "unknown" : writer.manager;
}

std::string_view metadata_text(const Json& object, std::string_view name) {
  const Json* metadata = object.find("metadata");
  return metadata ? metadata->text(name) : std::string_view();
}

// Copies only what it keeps.
Json without_member(const Json& object, std::string_view name) {
  if (object.object() == nullptr) return object;
  Json::Object kept;
  kept.reserve(object.object()->size());
  for (const Json::Member& member : *object.object()) {
    if (member.name != name) kept.push_back(member);
  }
  return Json(std::move(kept));
}

Json without_managed_fields(const Json& object) {
  if (object.object() == nullptr) return object;
  Json::Object copy;
  copy.reserve(object.object()->size());
  for (const Json::Member& member : *object.object()) {
    copy.push_back({member.name, member.name == "metadata"
                                     ? without_member(member.value, "managedFields")
                                     : member.value});
  }
  return Json(std::move(copy));
}

// `apps/v1` -> `apps/v1, Kind=Deployment`; the core group shows as `/v1`.
std::string shown_kind(std::string_view api_version, std::string_view kind) {
  std::string text;
  if (api_version.find('/') == std::string_view::npos) text += '/';
  return text.append(api_version).append(", Kind=").append(kind);
}

tl::unexpected<ApplyRefusal> refused(Kind kind, std::string message) {
  return tl::unexpected<ApplyRefusal>(ApplyRefusal{kind, std::move(message)});
}

ApplyRefusal conflict_refusal(const Conflicts& conflicts) {
  ApplyRefusal refusal{Kind::Conflict, {}};
  std::string by_manager;
  for (const Conflict& conflict : conflicts) {
    const std::string manager = conflict.manager.shown();
    if (!by_manager.empty()) by_manager += '\n';
    by_manager.append("conflicts with ").append(manager).append(":");
    for (std::string& path : shown_paths(conflict.fields)) {
      by_manager.append("\n- ").append(path);
      refusal.causes.push_back({"conflict with " + manager, std::move(path)});
    }
  }
  if (refusal.causes.size() == 1) {
    refusal.message = "Apply failed with 1 conflict: " + refusal.causes[0].message + ": " +
                      refusal.causes[0].field;
  } else {
    refusal.message =
        "Apply failed with " + std::to_string(refusal.causes.size()) + " conflicts: " + by_manager;
  }
  return refusal;
}

}  // namespace

bool resets_managed_fields(const Json& object) {
  const Json* given = managed_fields_in(object);
  if (given == nullptr || !given->array()) return false;
  const Json::Array& entries = *given->array();
  return entries.empty() ||
         (entries.size() == 1 && entries[0].object() && entries[0].object()->empty());
}

FieldManager::FieldManager(const FieldScope& scope)
    : scope_(scope),
      type_(scope.schema != nullptr ? MergeType::of_custom(*scope.schema)
                                    : MergeType::of_kind(scope.type)),
      api_version_(scope.api_version),
      reset_(reset_by(scope)),
      empty_(empty_object(scope.type, scope.api_version, scope.kind)),
      bounded_(scope.type != nullptr && is_bounded(*scope.type)) {}

ManagerName FieldManager::name_of(const Writer& writer, Ownership ownership) const {
  return {std::string(manager_name(writer)), ownership, api_version_,
          std::string(scope_.subresource)};
}

// Adds to what an updater owns already.
void FieldManager::credit(PathSet fields, const Writer& writer, Managers& managers) const {
  fields = difference(std::move(fields), unowned());
  if (!fields.empty()) {
    const ManagerName name = name_of(writer, Ownership::Update);
    ManagedSet& own = managers[name.identity()];
    own.name = name;
    own.fields = united(std::move(own.fields), std::move(fields));
    own.time = writer.now;
  }
  cap_update_managers(managers);
}

Json FieldManager::update(const Json* live, const Json& wanted, const Writer& writer) const {
  const Json& stored = live ? *live : empty_;
  const Json* stored_managers = managed_fields_in(stored);
  const bool is_new = live == nullptr && !has_entries(managed_fields_in(wanted));
  const bool may_be_deep = !is_new || !bounded_;
  if (may_be_deep && (patch::nests_deeper_than(wanted, kMaxPathDepth) ||
                      patch::nests_deeper_than(stored, kMaxPathDepth))) {
    return stored_managers ? *stored_managers : Json();
  }
  if (is_new) {
    // Nobody owns anything yet, as with most objects that are made.
    if (auto fields = fields_of_new(empty_, wanted, type_, reset_, unowned())) {
      if (fields->empty()) return Json();
      return managed_fields_of(
          {manager_name(writer), Ownership::Update, api_version_, scope_.subresource}, writer.now,
          Json::packed(*std::move(fields)));
    }
  }
  Managers managers;
  // A part of the object says nothing about who owns the whole.
  const bool takes_given = scope_.subresource.empty();
  if (!takes_given || !resets_managed_fields(wanted)) {
    auto given = takes_given ? read_managers(managed_fields_in(wanted)) : Managers();
    if (!given || given->empty()) given = read_managers(stored_managers);
    if (given) managers = *std::move(given);
  }
  // Fields without an owner stay without one until the first apply.
  if (managers.empty() && !metadata_text(stored, "uid").empty()) return Json();
  credit(take_changes(owned(), stored, wanted, managers), writer, managers);
  return managed_fields_of(managers);
}

tl::expected<void, ApplyRefusal> FieldManager::check_config(const Json& config) const {
  const std::string_view api_version = config.text("apiVersion");
  const std::string_view kind = config.text("kind");
  const std::string shown =
      api_version.empty() && kind.empty() ? "/, Kind=" : shown_kind(api_version, kind);
  if (api_version != scope_.api_version || kind != scope_.kind) {
    return refused(Kind::BadRequest, "invalid object type: " + shown);
  }
  const Json* managed = managed_fields_in(config);
  if (managed && managed->array() && !managed->array()->empty()) {
    return refused(Kind::BadRequest, "metadata.managedFields must be nil");
  }
  if (patch::nests_deeper_than(config, kMaxPathDepth)) {
    return refused(Kind::BadRequest, "the applied object nests more than " +
                                         std::to_string(kMaxPathDepth) + " levels");
  }
  if (auto fits = check_fits(config, type_); !fits) {
    return refused(Kind::Unforeseen, "failed to create typed patch object (" +
                                         std::string(metadata_text(config, "namespace")) + "/" +
                                         std::string(metadata_text(config, "name")) + "; " + shown +
                                         "): " + fits.error().message);
  }
  return {};
}

tl::expected<Json, Conflicts> FieldManager::apply_to(const Json& live, const Json& config,
                                                     const Writer& writer, Force force,
                                                     Managers& managers) const {
  const ManagerName self = name_of(writer, Ownership::Apply);
  auto object = apply_config(owned(), live, config, self, force, managers);
  if (!object) return object;
  const auto own = managers.find(self.identity());
  if (own != managers.end()) {
    own->second.fields = difference(std::move(own->second.fields), unowned());
    if (own->second.fields.empty()) {
      managers.erase(own);
    } else if (!same_value(live, *object)) {
      own->second.time = writer.now;
    }
  }
  return object;
}

tl::expected<FieldManager::Applied, ApplyRefusal> FieldManager::apply(const Json* live,
                                                                      const Json& config,
                                                                      const Writer& writer,
                                                                      Force force) const {
  const Json& stored = live ? *live : empty_;
  auto read = read_managers(managed_fields_in(stored));
  if (!read) {
    return refused(Kind::Unforeseen, "failed to decode managed fields: " + read.error().message);
  }
  if (auto checked = check_config(config); !checked) return tl::unexpected(checked.error());
  if (patch::nests_deeper_than(stored, kMaxPathDepth)) {
    return refused(Kind::Unforeseen, "the stored object nests more than " +
                                         std::to_string(kMaxPathDepth) + " levels");
  }
  Managers managers = *std::move(read);
  const Json before = without_managed_fields(stored);
  if (managers.empty()) {  // what is there had no owner: now it has one, if not a real one
    credit(take_changes(owned(), empty_, before, managers), {kBeforeFirstApply, writer.now},
           managers);
  }
  // A refused kubectl has a second try, from where it began.
  std::optional<Managers> at_first;
  if (writer.manager == kKubectl) at_first = managers;
  auto object = apply_to(before, config, writer, force, managers);
  if (!object && at_first) {
    const PathSet allowed = last_applied_fields(before, type_, scope_.api_version);
    Conflicts left;
    for (const Conflict& conflict : object.error()) {
      PathSet fields = difference(conflict.fields, allowed);
      if (!fields.empty()) left.push_back({conflict.manager, std::move(fields)});
    }
    if (!left.empty()) return tl::unexpected(conflict_refusal(left));
    managers = *std::move(at_first);
    object = apply_to(before, config, writer, Force::Yes, managers);
  }
  if (!object) return tl::unexpected(conflict_refusal(object.error()));
  if (writer.manager == kKubectl) renew_last_applied(*object, config);
  return Applied{*std::move(object), managed_fields_of(managers)};
}

}  // namespace kaudit::apiserver::objects::apply
