#include <string>
#include <utility>

#include "apiserver/api/namespaces.hpp"
#include "apiserver/api/negotiation.hpp"
#include "apiserver/api/object_rules.hpp"
#include "apiserver/api/operations.hpp"
#include "apiserver/api/recording.hpp"
#include "apiserver/api/status_errors.hpp"
#include "apiserver/api/storage_timer.hpp"
#include "apiserver/api/write_options.hpp"

namespace kaudit::apiserver::api {
namespace {

using objects::Json;
using objects::ObjectPtr;

/// `Success`, and what is gone; a body of it shows no code.
audit::Status deleted(const Call& call, const objects::Object& object) {
  audit::Status status;
  status.kind = "Status";
  status.api_version = "v1";
  status.status = "Success";
  status.details.emplace();
  status.details->name = object.meta().name;
  status.details->group = call.resource.group;
  status.details->kind = call.resource.name;
  status.details->uid = object.meta().uid;
  return status;
}

boost::asio::awaitable<Expected<DeleteRequest>> read_request(Call& call) {
  const auto format = body_format(call.scope.request().headers);
  const auto body = co_await read_body(call);
  if (!body) co_return tl::unexpected(body.error());
  if (body->empty()) {
    const auto options = delete_options_of(call.scope.url);
    if (!options) co_return tl::unexpected(options.error());
    co_return delete_request(*options);
  }
  if (!format) co_return tl::unexpected(format.error());
  const auto options = objects::decode_delete_options(call.type(), *body, *format);
  if (!options) co_return tl::unexpected(bad_request(options.error().message));
  if (call.scope.audit != nullptr && call.scope.audit->wants_request_object()) {
    call.scope.audit->log_request_object(audit::RawJson::trusted(options->dump()));
  }
  co_return delete_request(*options);
}

Expected<void> check_preconditions(const Call& call, const objects::Object& object,
                                   const DeleteRequest& request) {
  const objects::ObjectMeta& meta = object.meta();
  const std::string version = std::to_string(meta.resource_version);
  if (request.uid && *request.uid != meta.uid) {
    return tl::unexpected(precondition_failed(
        call.resource, call.name,
        "the UID in the precondition (" + *request.uid + ") does not match the UID in record (" +
            meta.uid + "). The object might have been deleted and then recreated"));
  }
  if (request.resource_version && *request.resource_version != version) {
    return tl::unexpected(precondition_failed(
        call.resource, call.name,
        "the ResourceVersion in the precondition (" + *request.resource_version +
            ") does not match the ResourceVersion in record (" + version +
            "). The object might have been modified"));
  }
  return {};
}

// What the policy asks for in place of the finalizers of former policies. (registry/generic
// deletionFinalizersForGarbageCollection)
void add_policy_finalizer(Json& object, const DeleteRequest& request) {
  Json& metadata = *object.find("metadata");
  Json::Array finalizers;
  if (const Json* present = metadata.find("finalizers")) {
    for (const Json& finalizer : *present->array()) {
      if (*finalizer.string() != "orphan" && *finalizer.string() != "foregroundDeletion") {
        finalizers.push_back(finalizer);
      }
    }
  }
  if (request.propagation_policy == "Orphan") finalizers.emplace_back("orphan");
  if (request.propagation_policy == "Foreground") finalizers.emplace_back("foregroundDeletion");
  if (finalizers.empty()) {
    metadata.erase("finalizers");
  } else {
    metadata.set("finalizers", Json(std::move(finalizers)));
  }
  normalise_metadata(object);
}

bool held_by_others(const Json& object) {
  const Json* finalizers = object.find("metadata")->find("finalizers");
  if (finalizers == nullptr) return false;
  for (const Json& finalizer : *finalizers->array()) {
    if (*finalizer.string() != "orphan" && *finalizer.string() != "foregroundDeletion") return true;
  }
  return false;
}

struct Removed {
  ObjectPtr object;
  bool done;  // false: only marked, its finalizers hold it
};

using Outcome = store::Outcome<Removed>;

// Marks an object that something holds. What is held by nothing but a deletion policy goes right
// after: its dependents are the garbage collector's work, and there is none here that would come
// back for it.
boost::asio::awaitable<Outcome> mark(Call& call, const objects::Object& current, Json tree) {
  const std::string key = call.key(call.name);
  const bool held = held_by_others(tree);
  mark_deleted(call, tree);
  auto marked =
      co_await call.store().update(key, store::Draft(tree), current.meta().resource_version);
  if (!marked) co_return tl::unexpected(marked.error());
  if (!held) {
    if (call.resource.name == "namespaces") co_await empty_namespace(call.store(), call.name);
    co_await call.store().remove(key, (*marked)->meta().resource_version);
  }
  co_return Removed{*std::move(marked), false};
}

boost::asio::awaitable<Outcome> remove_once(Call& call, const ObjectPtr& current,
                                            const DeleteRequest& request) {
  Json tree = current->tree();
  add_policy_finalizer(tree, request);
  const Json& metadata = *tree.find("metadata");
  const bool marked = metadata.find("deletionTimestamp") != nullptr;
  const bool to_be_marked =
      metadata.find("finalizers") != nullptr || call.resource.name == "namespaces";
  if (marked && metadata.find("finalizers") != nullptr) co_return Removed{current, false};
  if (request.dry_run == DryRun::All) co_return Removed{current, !to_be_marked};
  if (to_be_marked && !marked) co_return co_await mark(call, *current, std::move(tree));
  auto removed =
      co_await call.store().remove(call.key(call.name), current->meta().resource_version);
  if (!removed) co_return tl::unexpected(removed.error());
  co_return Removed{*std::move(removed), true};
}

}  // namespace

Handled remove(Call& call) {
  const auto request = co_await read_request(call);
  if (!request) co_return tl::unexpected(request.error());
  if (call.resource.name == "namespaces" && is_protected(call.name)) {
    co_return tl::unexpected(
        forbidden(call.resource, call.name, "this namespace may not be deleted"));
  }
  const StorageTimer timer(call.scope);
  for (;;) {
    const auto current = co_await call.store().get(call.key(call.name));
    if (!current) co_return tl::unexpected(refused(call, current.error()));
    if (auto met = check_preconditions(call, **current, *request); !met) {
      co_return tl::unexpected(met.error());
    }
    const Outcome removed = co_await remove_once(call, *current, *request);
    if (!removed) {
      if (removed.error() == store::Refusal::Changed) continue;
      co_return tl::unexpected(refused(call, removed.error()));
    }
    const bool object_answered = call.resource.delete_answer == objects::DeleteAnswer::Object;
    if (!removed->done || object_answered) co_return Reply{200, removed->object->json()};
    // Not a failure, but a Status it is: responseStatus shows what is gone.
    co_return tl::unexpected(deleted(call, *removed->object));
  }
}

}  // namespace kaudit::apiserver::api
