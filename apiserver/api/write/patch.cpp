#include <string>
#include <utility>
#include <vector>

#include "apiserver/api/operations.hpp"
#include "apiserver/api/status_errors.hpp"
#include "apiserver/api/subresources/scale.hpp"
#include "apiserver/api/warnings.hpp"
#include "apiserver/api/write/apply_patch.hpp"
#include "apiserver/api/write/create_object.hpp"
#include "apiserver/api/write/field_ownership.hpp"
#include "apiserver/api/write/owner_references.hpp"
#include "apiserver/api/write/patch_change.hpp"
#include "apiserver/api/write/patch_type.hpp"
#include "apiserver/api/write/stored_change.hpp"
#include "apiserver/api/write/write_options.hpp"

namespace kaudit::apiserver::api {
namespace {

using objects::Json;

// How often an apply looks again for an object that comes and goes.
constexpr int kApplyAttempts = 5;

// A patch leaves the name and the namespace alone. (pkg/endpoints/handlers applyPatch)
Expected<void> check_place(const Call& call, const Json& patched) {
  const Json& metadata = *patched.find("metadata");
  const std::string_view name = metadata.text("name");
  if (name.empty()) {
    return tl::unexpected(bad_request("the name of the object (" + call.name +
                                      " based on URL) was undeterminable: name must be provided"));
  }
  if (name != call.name) {
    return tl::unexpected(bad_request("the name of the object (" + std::string(name) +
                                      ") does not match the name on the URL (" + call.name + ")"));
  }
  return {};
}

// A patch is recorded as it was sent; an apply as JSON. (audit.LogRequestPatch)
void record_patch(Call& call, RawJson as_sent) {
  if (call.scope.audit != nullptr) {
    call.scope.audit->log_request_object(std::move(as_sent), audit::Context::ManagedFields::Patch);
  }
}

// An apply to an object that is not there makes it.
Handled create_by_apply(Call& call, const Json& config, const PatchOptions& options) {
  auto object = applied(call, nullptr, config, options);
  if (!object) co_return tl::unexpected(object.error());
  Json& metadata = *object->find("metadata");
  if (const std::string uid(metadata.text("uid")); !uid.empty()) {
    co_return tl::unexpected(conflict(call.resource, call.name,
                                      "uid mismatch: the provided object specified uid " + uid +
                                          ", and no existing object was found"));
  }
  if (auto matches = match_namespace(call, *object); !matches) {
    co_return tl::unexpected(matches.error());
  }
  if (auto stays = check_place(call, *object); !stays) co_return tl::unexpected(stays.error());
  metadata.erase("resourceVersion");
  WrittenObject written(*std::move(object), options.write);
  co_return co_await create_object(call, written);
}

Handled apply(Call& call, std::string_view body, const PatchOptions& options) {
  const auto config = read_config(body);
  if (!config) co_return tl::unexpected(config.error());
  if (call.scope.audit != nullptr && call.scope.audit->wants_request_object()) {
    record_patch(call, RawJson::trusted(config->dump()));
  }
  const Change change = [&](const Json& current) -> Expected<Json> {
    auto object =
        applied(call, &current, is_scale(call) ? applied_scale(call, *config) : *config, options);
    if (!object) return object;
    if (auto stays = check_place(call, *object); !stays) return tl::unexpected(stays.error());
    return object;
  };
  const std::string name = call.name;
  Expected<Reply> reply = tl::unexpected(audit::Status());
  for (int attempt = 0; attempt < kApplyAttempts; ++attempt) {
    // Change before create, as in an update. Between the two the object may come or go: hence the
    // loop.
    reply = co_await change_stored(call, change, UidRule::Immutable, options.write.dry_run);
    if (reply || reply.error().code != 404 || call.subresource != nullptr) break;
    reply = co_await create_by_apply(call, *config, options);
    if (reply || reply.error().reason != "AlreadyExists") break;
    call.name = name;  // another request made it in the meantime
  }
  co_return reply;
}

}  // namespace

Handled patch(Call& call) {
  const auto type = patch_type(call.scope.request().headers);
  if (!type) co_return tl::unexpected(type.error());
  const auto body = co_await read_body(call);
  if (!body) co_return tl::unexpected(body.error());
  const auto options = patch_options(call.scope.url, *type);
  if (!options) co_return tl::unexpected(options.error());
  if (*type == PatchType::Apply) co_return co_await apply(call, *body, *options);
  // Recorded before it is understood: the event also shows a patch that is refused, but not what is
  // not JSON at all.
  auto as_sent = RawJson::parse(*body);
  if (!as_sent) co_return tl::unexpected(bad_request("invalid JSON patch"));
  const RawJson compact = *std::move(as_sent);
  record_patch(call, compact);
  const auto mechanism = patch_change(*type, compact.view(), options->write.field_validation);
  std::vector<std::string> complaints;
  const Change change = [&](const Json& current) -> Expected<Json> {
    Json scale;
    if (is_scale(call)) {
      auto before = scale_of(call, current);
      if (!before) return before;
      scale = *std::move(before);
    }
    auto patched = mechanism->apply(call, is_scale(call) ? scale : current);
    if (!patched) return tl::unexpected(patched.error());
    complaints = std::move(patched->complaints);
    Json& object = patched->object;
    if (auto stays = check_place(call, object); !stays) return tl::unexpected(stays.error());
    if (is_scale(call)) {
      auto scaled = with_scale(call, current, object);
      if (!scaled) return scaled;
      object = *std::move(scaled);
    }
    // Owners before managedFields, so that nobody comes to own an entry that was dropped.
    if (auto repeated = drop_repeated_owners(object, OwnersSeen::AfterAdmission)) {
      complaints.push_back(*std::move(repeated));
    }
    track_update(call, options->write.field_manager, current, object);
    return std::move(object);
  };
  auto reply = co_await change_stored(call, change, UidRule::Immutable, options->write.dry_run);
  add_warnings(call.scope.headers, complaints);
  co_return reply;
}

}  // namespace kaudit::apiserver::api
