#include "apiserver/api/subresources/scale.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "apiserver/answer.hpp"
#include "apiserver/api/read/selector_object.hpp"
#include "apiserver/api/status_errors.hpp"
#include "apiserver/custom/nested_value.hpp"
#include "apiserver/objects/codec/codec.hpp"
#include "apiserver/objects/tree/object_in.hpp"
#include "base/text/integer.hpp"

namespace kaudit::apiserver::api {
namespace {

using objects::Json;

constexpr objects::TypeMeta kScale{"autoscaling/v1", "Scale"};

const Json* member(const Json& object, std::string_view parent, std::string_view name) {
  const Json* found = object.find(parent);
  return found == nullptr ? nullptr : found->find(name);
}

// The selector as a client would write it in a query. A ReplicationController's is a map of labels.
Expected<std::string> selector_text(const Json& object) {
  const Json* selector = member(object, "spec", "selector");
  if (selector == nullptr) return std::string();
  if (object.text("kind") == "ReplicationController") {
    Json wrapped{Json::Object()};
    wrapped.set("matchLabels", *selector);
    const auto parsed = read_selector(wrapped);
    return parsed ? parsed->text() : std::string();
  }
  const auto parsed = read_selector(*selector);
  if (!parsed) return tl::unexpected(bad_request(parsed.error().message));
  return parsed->text();
}

/// What an object says for its Scale.
struct ScaleParts {
  Json replicas;  // null: nothing
  Json current = Json(std::int64_t{0});
  std::string selector;
};

Expected<ScaleParts> parts_of(const Json& object) {
  auto selector = selector_text(object);
  if (!selector) return tl::unexpected(selector.error());
  ScaleParts parts;
  if (const Json* replicas = member(object, "spec", "replicas")) parts.replicas = *replicas;
  if (const Json* current = member(object, "status", "replicas")) parts.current = *current;
  parts.selector = *std::move(selector);
  return parts;
}

// (apiextensions pkg/registry/customresource scaleFromCustomResource)
Expected<ScaleParts> custom_parts(const Call& call, const Json& object) {
  const custom::ScalePaths& paths = *call.version->scale;
  const auto replicas = custom::nested_integer(object, paths.replicas);
  if (!replicas) return tl::unexpected(unexpected(replicas.error().message));
  const auto current = custom::nested_integer(object, paths.status_replicas);
  if (!current) return tl::unexpected(unexpected(current.error().message));
  ScaleParts parts;
  if (*replicas) {
    parts.replicas = Json(**replicas);
  } else if (call.scope.info.verb == "get") {
    return tl::unexpected(
        internal_error("the spec replicas field \"" + paths.replicas_text + "\" does not exist"));
  }
  parts.current = Json(current->value_or(0));
  if (!paths.selector_text.empty()) {
    const auto selector = custom::nested_text(object, paths.selector);
    if (!selector) return tl::unexpected(unexpected(selector.error().message));
    parts.selector = selector->value_or("");
  }
  return parts;
}

// What a resource is in texts about its scale.
std::string scale_name(const Call& call) {
  std::string name(call.resource.name);
  name += "/scale";
  return call.resource.group.empty() ? name : name + "." + std::string(call.resource.group);
}

audit::Status other_object(const Call& call, std::string_view asked, std::string_view stored) {
  audit::Status status =
      conflict(call.resource, call.name,
               "Precondition failed: UID in precondition: " + std::string(asked) +
                   ", UID in object meta: " + std::string(stored));
  const std::string own(call.resource.qualified_name);
  if (const auto at = status.message.find(own); at != std::string::npos) {
    status.message.replace(at, own.size(), scale_name(call));
  }
  status.details->kind = std::string(call.resource.name) + "/scale";
  return status;
}

}  // namespace

bool is_scale(const Call& call) noexcept {
  return call.subresource != nullptr && call.subresource->name == "scale";
}

objects::TypeMeta body_type(const Call& call) noexcept {
  return is_scale(call) ? kScale : call.type();
}

Expected<Json> scale_of(const Call& call, const Json& object) {
  const Json& own = *object.find("metadata");
  Json metadata{Json::Object()};
  for (const std::string_view name :
       {"name", "namespace", "uid", "resourceVersion", "creationTimestamp"}) {
    if (const Json* value = own.find(name)) metadata.set(name, *value);
  }
  const auto parts = call.version != nullptr ? custom_parts(call, object) : parts_of(object);
  if (!parts) return tl::unexpected(parts.error());
  Json spec{Json::Object()};
  if (!parts->replicas.is_null()) spec.set("replicas", parts->replicas);
  Json status{Json::Object()};
  status.set("replicas", parts->current);
  if (!parts->selector.empty()) status.set("selector", Json(parts->selector));
  Json scale{Json::Object()};
  scale.set("kind", Json(kScale.kind));
  scale.set("apiVersion", Json(kScale.api_version));
  scale.set("metadata", std::move(metadata));
  scale.set("spec", std::move(spec));
  scale.set("status", std::move(status));
  // Brings it into the form of the type: a number of 0 is not written.
  return objects::canonical_object(kScale, scale).value();
}

Expected<Json> with_scale(const Call& call, const Json& object, const Json& scale) {
  const Json* replicas = member(scale, "spec", "replicas");
  const Json wanted = replicas != nullptr && replicas->number() ? *replicas : Json(std::int64_t{0});
  if (call.version == nullptr && wanted.number()->text.starts_with('-')) {
    return tl::unexpected(invalid(
        "autoscaling", "Scale", call.name,
        {{"FieldValueInvalid", "spec.replicas",
          "Invalid value: " + wanted.number()->text + ": must be greater than or equal to 0"}}));
  }
  const Json& metadata = *scale.find("metadata");
  const std::string_view stored = object.find("metadata")->text("uid");
  if (const std::string_view uid = metadata.text("uid"); !uid.empty() && uid != stored) {
    return tl::unexpected(other_object(call, uid, stored));
  }
  Json result = object;
  if (call.version == nullptr) {
    objects::object_in(result, "spec").set("replicas", wanted);
  } else if (auto set = custom::set_nested(result, call.version->scale->replicas, wanted); !set) {
    return tl::unexpected(unexpected(set.error().message));
  }
  Json& own = *result.find("metadata");
  if (const Json* version = metadata.find("resourceVersion")) {
    own.set("resourceVersion", *version);
  } else {
    own.erase("resourceVersion");
  }
  return result;
}

Json applied_scale(const Call& call, const Json& config) {
  Json result{Json::Object()};
  result.set("apiVersion", Json(call.resource.api_version));
  result.set("kind", Json(call.resource.kind));
  if (const Json* metadata = config.find("metadata")) result.set("metadata", *metadata);
  if (const Json* replicas = member(config, "spec", "replicas")) {
    if (call.version == nullptr) {
      objects::object_in(result, "spec").set("replicas", *replicas);
    } else {
      // Into an object that has nothing on the way: it cannot fail.
      (void)custom::set_nested(result, call.version->scale->replicas, *replicas);
    }
  }
  return result;
}

}  // namespace kaudit::apiserver::api
