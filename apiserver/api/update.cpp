#include <functional>
#include <string>
#include <utility>

#include "apiserver/api/negotiation.hpp"
#include "apiserver/api/object_rules.hpp"
#include "apiserver/api/operations.hpp"
#include "apiserver/api/recording.hpp"
#include "apiserver/api/status_errors.hpp"
#include "apiserver/api/storage_timer.hpp"
#include "apiserver/api/write_options.hpp"
#include "apiserver/api/written_object.hpp"
#include "apiserver/objects/merge_patch.hpp"
#include "audit/base/quote.hpp"

namespace kaudit::apiserver::api {
namespace {

using objects::Json;

/// What the client wants of the object that is stored.
using Change = std::function<Expected<Json>(const Json& current)>;

// How often a write that names no version is tried again because somebody else was faster.
constexpr int kAttempts = 100;

store::Outcome<objects::ObjectPtr> pretended(const objects::ObjectPtr& current,
                                             const Json& wanted) {
  return store::Draft(wanted).seal(current->meta().resource_version);
}

// Reads, changes and writes, until nobody was in between. (etcd3 store GuaranteedUpdate)
Handled change_stored(Call& call, const Change& change, UidRule uid_rule, DryRun dry_run) {
  const std::string key = call.key(call.name);
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const auto current = co_await call.store().get(key);
    if (!current) co_return tl::unexpected(refused(call, current.error()));
    const Json tree = (*current)->tree();
    auto wanted = change(tree);
    if (!wanted) co_return tl::unexpected(wanted.error());
    const auto object = merged_update(call, tree, *std::move(wanted), uid_rule);
    if (!object) co_return tl::unexpected(object.error());
    if (attempt == 0 && !co_await slept_as_asked(call, *object)) {
      co_return tl::unexpected(timeout(call.scope.cancellation.reason()));
    }
    const StorageTimer timer(call.scope);
    const std::uint64_t version = (*current)->meta().resource_version;
    store::Outcome<objects::ObjectPtr> stored;
    if (dry_run == DryRun::All) {
      stored = pretended(*current, *object);
    } else if (ready_to_go(*object)) {
      stored = co_await call.store().remove(key, version);  // its last finalizer is gone
      if (stored) stored = pretended(*stored, *object);
    } else {
      stored = co_await call.store().update(key, store::Draft(*object), version);
    }
    if (stored) co_return Reply{200, (*stored)->json()};
    if (stored.error() != store::Refusal::Changed) {
      co_return tl::unexpected(refused(call, stored.error()));
    }
  }
  co_return tl::unexpected(refused(call, store::Refusal::Changed));
}

// The name in a PUT's body must be that of the URL. (pkg/endpoints/handlers checkName)
Expected<void> check_body_name(const Call& call, const Json& object) {
  const std::string_view name = object.find("metadata")->text("name");
  if (name == call.name) return {};
  if (name.empty()) {
    return tl::unexpected(bad_request("the name of the object (" + call.name +
                                      " based on URL) was undeterminable: name must be provided"));
  }
  return tl::unexpected(bad_request("the name of the object (" + std::string(name) +
                                    ") does not match the name on the URL (" + call.name + ")"));
}

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

Handled update(Call& call) {
  auto written = co_await read_object(call, "UpdateOptions");
  if (!written) co_return tl::unexpected(written.error());
  Json& object = written->object;
  if (auto named = check_body_name(call, object); !named) co_return tl::unexpected(named.error());
  const Change change = [&object](const Json&) -> Expected<Json> { return object; };
  co_return co_await change_stored(call, change, UidRule::Precondition, written->dry_run);
}

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
