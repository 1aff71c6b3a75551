#include <string>
#include <utility>

#include "apiserver/api/operations.hpp"
#include "apiserver/api/status_errors.hpp"
#include "apiserver/api/stored_change.hpp"
#include "apiserver/api/write_options.hpp"
#include "apiserver/objects/codec.hpp"
#include "apiserver/objects/merge_patch.hpp"

namespace kaudit::apiserver::api {
namespace {

using objects::Json;

audit::Status unfit_patch(const Json& patched, std::string_view why) {
  return invalid("", "", "", {FieldError::invalid("patch", patched.dump(), why)});
}

Expected<Json> patched(const Call& call, const Json& current, const Json& patch) {
  Json object = current;
  objects::merge_patch(object, patch);
  if (object.text("apiVersion") != call.resource.api_version ||
      object.text("kind") != call.resource.kind) {
    return tl::unexpected(bad_request("the API version in the data (" +
                                      std::string(object.text("apiVersion")) +
                                      ") does not match the expected API version (" +
                                      std::string(call.resource.api_version) + ")"));
  }
  auto canonical = objects::canonical_object(call.type(), object);
  if (!canonical) return tl::unexpected(unfit_patch(object, canonical.error().message));
  return *std::move(canonical);
}

// A merge patch must be an object; null is one that says nothing, which the library refuses in
// other words.
Expected<Json> read_merge_patch(std::string_view body) {
  auto patch = Json::parse(body);
  if (!patch) return tl::unexpected(bad_request("error decoding patch: " + patch.error().message));
  if (patch->is_null()) return tl::unexpected(bad_request("Invalid JSON Patch"));
  if (patch->object()) return *std::move(patch);
  return tl::unexpected(bad_request("error decoding patch: json: cannot unmarshal " +
                                    std::string(patch->type_name()) +
                                    " into Go value of type map[string]interface {}"));
}

}  // namespace

Handled patch(Call& call) {
  const auto body = co_await read_body(call);
  if (!body) co_return tl::unexpected(body.error());
  const auto dry_run = write_options(call.scope.url, "PatchOptions");
  if (!dry_run) co_return tl::unexpected(dry_run.error());
  auto as_sent = audit::RawJson::parse(*body);
  if (!as_sent) co_return tl::unexpected(bad_request("invalid JSON patch"));
  if (call.scope.audit != nullptr) {
    call.scope.audit->log_request_object(*std::move(as_sent), audit::Context::ManagedFields::Patch);
  }
  const auto patch = read_merge_patch(*body);
  const Change change = [&call, &patch](const Json& current) -> Expected<Json> {
    if (!patch) return tl::unexpected(patch.error());
    return patched(call, current, *patch);
  };
  co_return co_await change_stored(call, change, UidRule::Immutable, *dry_run);
}

}  // namespace kaudit::apiserver::api
