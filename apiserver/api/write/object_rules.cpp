#include "apiserver/api/write/object_rules.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>

#include "apiserver/api/status_errors.hpp"
#include "apiserver/api/write/metadata_rules.hpp"
#include "apiserver/api/write/object_names.hpp"
#include "apiserver/api/write/update_rules.hpp"
#include "apiserver/objects/apply/empty_object.hpp"
#include "apiserver/objects/codec/codec.hpp"
#include "apiserver/objects/codec/time_text.hpp"

namespace kaudit::apiserver::api {
namespace {

using objects::Json;

constexpr std::string_view kWrongNamespace =
    "the namespace of the provided object does not match the namespace sent on the request";
constexpr std::string_view kStale =
    "the object has been modified; please apply your changes to the latest version and try again";

Json& metadata_of(Json& object) { return *object.find("metadata"); }

bool has_status_subresource(const Call& call) {
  return call.resource.subresource("status") != nullptr;
}

bool is_namespace(const Call& call) { return call.resource.name == "namespaces"; }

std::string now_text() { return objects::time_text(Timestamp::now()); }

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

// Everything but metadata and status: what generation counts the changes of.
bool same_spec(const Json& a, const Json& b) {
  const auto rest = [](const Json& object) {
    Json copy = object;
    copy.erase("metadata");
    copy.erase("status");
    return copy;
  };
  return rest(a) == rest(b);
}

// What a new object says of its status, whatever the client said: as little as its type allows.
void empty_status(const Call& call, Json& object) {
  const objects::Type* type = objects::find_type(call.resource.api_version, call.resource.kind);
  const Json empty =
      objects::apply::empty_object(type, call.resource.api_version, call.resource.kind);
  copy_member(object, empty, "status");
}

std::string immutable_change(std::string_view value) {
  return FieldError::invalid("", value, "field is immutable").message;
}

// What a change may not touch. A PUT with another uid or version means another object; a patch that
// names another version is late, and one with another uid wrong.
Expected<void> check_identity(const Call& call, const Json& current, const Json& wanted,
                              UidRule rule) {
  const Json& now = *current.find("metadata");
  const Json& then = *wanted.find("metadata");
  if (rule == UidRule::Precondition) {
    if (auto same = check_update_version(call, current, wanted); !same) return same;
  } else if (const std::string_view version = then.text("resourceVersion");
             !version.empty() && version != "0" && version != now.text("resourceVersion")) {
    return tl::unexpected(conflict(call.resource, call.name, kStale));
  }
  std::vector<FieldError> errors;
  for (const std::string_view member : {"name", "uid"}) {
    const std::string_view value = then.text(member);
    if (!value.empty() && value != now.text(member)) {
      errors.push_back(
          {"FieldValueInvalid", "metadata." + std::string(member), immutable_change(value)});
    }
  }
  if (errors.empty()) return {};
  return tl::unexpected(invalid(call.resource.group, call.resource.kind, call.name, errors));
}

}  // namespace

void normalise_metadata(Json& object) {
  auto ordered = objects::canonical_metadata(metadata_of(object));
  if (!ordered) throw std::logic_error("metadata of our own making: " + ordered.error().message);
  metadata_of(object) = *std::move(ordered);
}

Expected<void> match_namespace(const Call& call, Json& object) {
  Json& metadata = metadata_of(object);
  if (!call.resource.namespaced()) {
    metadata.erase("namespace");
    return {};
  }
  const std::string_view given = metadata.text("namespace");
  if (!given.empty() && given != call.ns) return tl::unexpected(bad_request(kWrongNamespace));
  metadata.set("namespace", Json(call.ns));
  return {};
}

void prepare_for_create(const Call& call, Json& object) {
  Json& metadata = metadata_of(object);
  for (const std::string_view member :
       {"selfLink", "deletionTimestamp", "deletionGracePeriodSeconds", "generation"}) {
    metadata.erase(member);
  }
  metadata.set("uid", Json(new_uid()));
  metadata.set("creationTimestamp", Json(now_text()));
  if (call.resource.generation == objects::Generation::Counted) {
    metadata.set("generation", Json(std::int64_t{1}));
  }
  if (is_namespace(call)) {
    object.set("spec", Json(Json::Object{{"finalizers", Json(Json::Array{Json("kubernetes")})}}));
    object.set("status", Json(Json::Object{{"phase", Json("Active")}}));
  } else if (has_status_subresource(call)) {
    empty_status(call, object);
  }
  normalise_metadata(object);
}

Expected<Json> merged_update(const Call& call, const Json& current, Json wanted, UidRule uid_rule) {
  if (auto matches = match_namespace(call, wanted); !matches) {
    return tl::unexpected(matches.error());
  }
  if (auto same = check_identity(call, current, wanted, uid_rule); !same) {
    return tl::unexpected(same.error());
  }
  const Json& before = *current.find("metadata");
  Json metadata = metadata_of(wanted);
  for (const std::string_view member : {"name", "uid", "creationTimestamp", "deletionTimestamp",
                                        "deletionGracePeriodSeconds", "generation"}) {
    copy_member(metadata, before, member);
  }
  metadata.erase("selfLink");
  const bool finalize = call.subresource != nullptr && call.subresource->name == "finalize";
  const bool status_alone = call.subresource != nullptr && !finalize;
  if (status_alone) copy_member(metadata, before, "labels");

  Json result = status_alone ? current : std::move(wanted);
  if (status_alone) {
    copy_member(result, wanted, "status");
  } else if (has_status_subresource(call)) {
    copy_member(result, current, "status");
  }
  // Only its own subresource changes what holds a Namespace.
  if (is_namespace(call) && !finalize) copy_member(result, current, "spec");
  metadata_of(result) = std::move(metadata);
  if (call.resource.generation == objects::Generation::Counted && !same_spec(current, result)) {
    metadata_of(result).set("generation", Json(generation_of(current) + 1));
  }
  normalise_metadata(result);
  if (auto valid = check_changed_metadata(call, current, result); !valid) {
    return tl::unexpected(valid.error());
  }
  return result;
}

}  // namespace kaudit::apiserver::api
