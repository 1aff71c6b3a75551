#include "apiserver/api/write/object_rules.hpp"

#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <utility>

#include "apiserver/api/rules/kind_rules.hpp"
#include "apiserver/api/rules/written_parts.hpp"
#include "apiserver/api/status_errors.hpp"
#include "apiserver/api/write/field_ownership.hpp"
#include "apiserver/api/write/object_names.hpp"
#include "apiserver/api/write/strategies.hpp"
#include "apiserver/api/write/update_rules.hpp"
#include "apiserver/objects/apply/empty_object.hpp"
#include "apiserver/objects/codec/codec.hpp"
#include "apiserver/objects/codec/typed_order.hpp"

namespace kaudit::apiserver::api {
namespace {

using objects::Json;

constexpr std::string_view kWrongNamespace =
    "the namespace of the provided object does not match the namespace sent on the request";

const objects::Type& metadata_type() {
  static const objects::Type& type = *objects::type_by_id("meta.v1.ObjectMeta");
  return type;
}

bool has_status_subresource(const Call& call) {
  return call.resource.subresource("status") != nullptr;
}

bool is_namespace(const Call& call) { return call.resource.name == "namespaces"; }

void copy_member(Json& to, const Json& from, std::string_view name) {
  if (const Json* member = from.find(name)) {
    to.set(name, *member);
  } else {
    to.erase(name);
  }
}

std::int64_t generation_of(const Json& object) {
  const Json* generation = object.find("metadata")->find("generation");
  return generation != nullptr && generation->number() != nullptr
             ? std::stoll(generation->number()->text)
             : 0;
}

bool same_member(const Json& a, const Json& b, std::string_view name) {
  const Json* in_a = a.find(name);
  const Json* in_b = b.find(name);
  return in_a == nullptr || in_b == nullptr ? in_a == in_b : *in_a == *in_b;
}

// Whether nothing changed that generation counts: everything but metadata and status, and of some
// kinds the annotations. Of a custom resource the status counts where it has no URL of its own.
bool same_generation(const Call& call, const Json& a, const Json& b) {
  const bool with_status = call.resource.is_custom() && !has_status_subresource(call);
  if (strategy_of(call.resource).generation == GenerationRule::SpecAndAnnotations &&
      !same_member(*a.find("metadata"), *b.find("metadata"), "annotations")) {
    return false;
  }
  const auto next = [with_status](const Json::Object& members, std::size_t at) {
    const auto counts = [with_status](const Json::Member& member) {
      return member.name != "metadata" && (with_status || member.name != "status");
    };
    while (at < members.size() && !counts(members[at])) ++at;
    return at;
  };
  const Json::Object& left = *a.object();
  const Json::Object& right = *b.object();
  std::size_t l = next(left, 0);
  std::size_t r = next(right, 0);
  while (l < left.size() && r < right.size()) {
    if (!(left[l] == right[r])) return false;
    l = next(left, l + 1);
    r = next(right, r + 1);
  }
  return l == left.size() && r == right.size();
}

// Puts back what a write to a subresource must leave alone.
void keep_status_metadata(const Call& call, const Json& before, Json& metadata) {
  const auto keep = [&](std::initializer_list<std::string_view> members) {
    for (const std::string_view member : members) copy_member(metadata, before, member);
  };
  switch (metadata_rule(call)) {
    case StatusMetadata::AsWritten:
      return;
    case StatusMetadata::WithoutLabels:
      return keep({"labels"});
    case StatusMetadata::WithoutOwners:
      // A kubelet writes a Pod's status from what it knows: it does not say that the Pod goes.
      return keep({"ownerReferences", "deletionTimestamp"});
    case StatusMetadata::Unchanged:
      return keep({"labels", "annotations", "finalizers", "ownerReferences", "deletionTimestamp"});
  }
}

// What a new object says of its status, whatever the client said: as little as its type allows.
void empty_status(const Call& call, Json& object) {
  const objects::Type* type = objects::find_type(call.resource.api_version, call.resource.kind);
  if (auto empty = objects::apply::empty_member(type, "status")) {
    object.set("status", *std::move(empty));
  } else {
    object.erase("status");
  }
}

// A Namespace keeps the finalizers it is created with, and has kubernetes' own among them.
// (kubernetes pkg/registry/core/namespace PrepareForCreate)
void add_namespace_finalizer(Json& object) {
  Json* spec = object.find("spec");
  if (spec == nullptr || !spec->object()) spec = &object.set("spec", Json(Json::Object()));
  Json* finalizers = spec->find("finalizers");
  if (finalizers == nullptr || !finalizers->array()) {
    finalizers = &spec->set("finalizers", Json(Json::Array()));
  }
  Json::Array& names = *finalizers->array();
  const Json own("kubernetes");
  if (std::find(names.begin(), names.end(), own) == names.end()) names.push_back(own);
}

std::string immutable_change(std::string_view value) {
  return FieldError::invalid("", value, "field is immutable").message;
}

// A client cannot say that an object is being deleted, only ask for it. What it leaves out stays.
// (ValidateObjectMetaAccessorUpdate)
void check_deletion(const Json& now, const Json& then, std::vector<FieldError>& errors) {
  const Json* began = then.find("deletionTimestamp");
  if (began != nullptr && now.find("deletionTimestamp") == nullptr) {
    errors.push_back({"FieldValueInvalid", "metadata.deletionTimestamp",
                      "Invalid value: " + began->dump() + ": field is immutable"});
  }
  const Json* grace = then.find("deletionGracePeriodSeconds");
  if (grace != nullptr && !same_member(now, then, "deletionGracePeriodSeconds")) {
    errors.push_back({"FieldValueInvalid", "metadata.deletionGracePeriodSeconds",
                      "Invalid value: " + grace->dump() + ": field is immutable"});
  }
}

// What a change may not touch. A PUT with another uid or version means another object; a patch that
// names another version is late, and one with another uid wrong.
Expected<void> check_identity(const Call& call, const Json& current, const Json& wanted,
                              UidRule rule) {
  const Json& now = *current.find("metadata");
  const Json& then = *wanted.find("metadata");
  if (rule == UidRule::Precondition) {
    if (auto same = check_update_version(call, current, wanted); !same) return same;
  } else if (const std::string_view version = then.text("resourceVersion"); !version.empty()) {
    if (auto same = check_stated_version(call, now, version); !same) return same;
  }
  std::vector<FieldError> errors;
  for (const std::string_view member : {"name", "uid"}) {
    const std::string_view value = then.text(member);
    if (!value.empty() && value != now.text(member)) {
      errors.push_back(
          {"FieldValueInvalid", "metadata." + std::string(member), immutable_change(value)});
    }
  }
  check_deletion(now, then, errors);
  if (errors.empty()) return {};
  return tl::unexpected(invalid(call.resource.group, call.resource.kind, call.name, errors));
}

}  // namespace

Json& set_in_metadata(Json& metadata, std::string_view name, Json value) {
  return objects::set_in_order(metadata_type(), metadata, name, std::move(value));
}

void normalise_metadata(const objects::Resource& resource, Json& object) {
  Json& metadata = metadata_of(object);
  if (!objects::order_members(metadata_type(), metadata)) {
    auto read = objects::decode_metadata(metadata, objects::FieldValidation::Ignore);
    if (!read) throw std::logic_error("metadata of our own making: " + read.error().message);
    metadata = std::move(read->object);
  }
  if (resource.is_custom()) {
    metadata.sort_members();
    object.sort_members();
  }
}

Expected<void> match_namespace(const Call& call, Json& object) {
  Json& metadata = metadata_of(object);
  if (!call.resource.namespaced()) {
    metadata.erase("namespace");
    return {};
  }
  const std::string_view given = metadata.text("namespace");
  if (!given.empty() && given != call.ns) return tl::unexpected(bad_request(kWrongNamespace));
  set_in_metadata(metadata, "namespace", Json(call.ns));
  return {};
}

void prepare_for_create(const Call& call, Json& object) {
  Json& metadata = metadata_of(object);
  for (const std::string_view member :
       {"selfLink", "deletionTimestamp", "deletionGracePeriodSeconds", "generation"}) {
    metadata.erase(member);
  }
  set_in_metadata(metadata, "uid", Json(new_uid()));
  set_in_metadata(metadata, "creationTimestamp", Json(ownership_time()));
  if (call.resource.generation == objects::Generation::Counted) {
    set_in_metadata(metadata, "generation", Json(std::int64_t{1}));
  }
  if (is_namespace(call)) {
    add_namespace_finalizer(object);
    object.set("status", Json(Json::Object{{"phase", Json("Active")}}));
  } else if (has_status_subresource(call) &&
             strategy_of(call.resource).created_status == CreatedStatus::Emptied) {
    empty_status(call, object);
  }
  // Of an object with a type all has come to its place.
  if (call.resource.is_custom()) normalise_metadata(call.resource, object);
}

Expected<Json> merged_update(const Call& call, const Json& current, Json wanted, UidRule uid_rule) {
  if (auto matches = match_namespace(call, wanted); !matches) {
    return tl::unexpected(matches.error());
  }
  const Json& before = *current.find("metadata");
  // The kind's own rule comes before what holds for all: what it puts back is not an error.
  keep_status_metadata(call, before, metadata_of(wanted));
  if (auto same = check_identity(call, current, wanted, uid_rule); !same) {
    return tl::unexpected(same.error());
  }
  // What is written but to a part keeps its own metadata.
  const bool is_whole = written_part(call) == WrittenPart::Main;
  Json written = is_whole ? Json() : metadata_of(wanted);
  Json result = merged_parts(call, current, std::move(wanted));
  Json& metadata = metadata_of(result);
  if (!is_whole) metadata = std::move(written);
  for (const std::string_view member : {"name", "uid", "creationTimestamp", "deletionTimestamp",
                                        "deletionGracePeriodSeconds", "generation"}) {
    copy_member(metadata, before, member);
  }
  metadata.erase("selfLink");
  if (call.resource.generation == objects::Generation::Counted &&
      !same_generation(call, current, result)) {
    metadata_of(result).set("generation", Json(generation_of(current) + 1));
  }
  normalise_metadata(call.resource, result);
  if (auto valid = check_changed(call, current, result); !valid) {
    return tl::unexpected(valid.error());
  }
  return result;
}

}  // namespace kaudit::apiserver::api
