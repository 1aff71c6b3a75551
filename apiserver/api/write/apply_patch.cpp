#include "apiserver/api/write/apply_patch.hpp"

#include <string>
#include <utility>
#include <vector>

#include "apiserver/api/custom/custom_body.hpp"
#include "apiserver/api/status_errors.hpp"
#include "apiserver/api/write/field_ownership.hpp"
#include "apiserver/objects/codec/codec.hpp"
#include "apiserver/objects/patch/member_order.hpp"
#include "base/yaml/reader.hpp"
#include "base/yaml/to_json.hpp"

namespace kaudit::apiserver::api {
namespace {

using objects::Json;
using objects::apply::ApplyRefusal;

audit::Status status_of(const ApplyRefusal& refusal) {
  switch (refusal.kind) {
    case ApplyRefusal::Kind::BadRequest:
      return bad_request(refusal.message);
    case ApplyRefusal::Kind::Unforeseen:
      return unexpected(refusal.message);
    case ApplyRefusal::Kind::Conflict:
      break;
  }
  std::vector<FieldError> causes;
  for (const ApplyRefusal::Cause& cause : refusal.causes) {
    causes.push_back({"FieldManagerConflict", cause.field, cause.message});
  }
  return apply_conflict(refusal.message, causes);
}

}  // namespace

Expected<Json> read_config(std::string_view body) {
  // JSON stays as it was sent; YAML becomes JSON with sorted keys.
  if (yaml::looks_like_json(body)) {
    if (auto config = Json::parse(body)) return *std::move(config);
  }
  const auto text = yaml::yaml_to_json(body);
  if (!text) return tl::unexpected(bad_request("error encoding patch: " + text.error().message));
  auto config = Json::parse(*text);
  if (!config) {
    return tl::unexpected(bad_request("error encoding patch: " + config.error().message));
  }
  objects::patch::sort_all_members(*config);
  return *std::move(config);
}

Expected<Json> applied(const Call& call, const Json* current, const Json& config,
                       const PatchOptions& options) {
  if (!config.object() && !config.is_null()) {
    return tl::unexpected(bad_request(
        "error decoding patch: error unmarshaling JSON: while decoding JSON: json: cannot "
        "unmarshal " +
        std::string(config.type_name()) + " into Go value of type map[string]interface {}"));
  }
  const objects::apply::Force force = options.conflicts == Conflicts::Forced
                                          ? objects::apply::Force::Yes
                                          : objects::apply::Force::No;
  auto result = field_manager_of(call)->apply(
      current, config, {options.write.field_manager, ownership_time()}, force);
  if (!result) return tl::unexpected(status_of(result.error()));
  // Only the object passes through its type, which fills in defaults and drops what it does not
  // know. What the merge computed of ownership is set after that, unchanged.
  auto object = call.version != nullptr
                    ? applied_custom(call, std::move(result->object))
                    : objects::canonical_object(call.type(), std::move(result->object));
  if (!object) {
    return tl::unexpected(
        unexpected("failed to convert new typed object: " + object.error().message));
  }
  set_managed_fields(*object, std::move(result->managed_fields));
  return *std::move(object);
}

}  // namespace kaudit::apiserver::api
