#include "apiserver/api/delete/delete_object.hpp"

#include <string>

#include "apiserver/api/admit/admission.hpp"
#include "apiserver/api/custom/conversion.hpp"
#include "apiserver/api/delete/cleanup.hpp"
#include "apiserver/api/delete/delete_plan.hpp"
#include "apiserver/api/object_version.hpp"
#include "apiserver/api/status_errors.hpp"
#include "apiserver/api/storage_timer.hpp"

namespace kaudit::apiserver::api {
namespace {

using objects::Json;
using objects::ObjectPtr;

ObjectPtr pretended(const objects::Resource& resource, const objects::Object& current,
                    const Json& wanted) {
  return draft_of(resource, wanted).seal(current.meta().resource_version);
}

boost::asio::awaitable<Expected<void>> admit_deletion(Call& call, const objects::Object& current,
                                                      const DeleteRequest& request) {
  const Json old = tree_of(call, current);
  AdmissionRequest admission(call, AdmissionOperation::Delete, call.type());
  admission.old_object = &old;
  admission.deletion = &request;
  admission.dry_run = request.dry_run;
  // Of a collection, which names none. (apiserver DeleteCollection)
  if (call.scope.info.verb == "deletecollection") admission.name.clear();
  co_return co_await admit(admission);
}

}  // namespace

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

boost::asio::awaitable<store::Outcome<Deletion>> try_delete(const ApiOptions& options,
                                                            const ObjectRef& ref,
                                                            const ObjectPtr& current,
                                                            const DeleteRequest& request) {
  store::Store& store = *options.store;
  const DeletePlan plan =
      plan_delete(*ref.resource, current->tree(), request, options.max_pod_grace);
  if (plan.step == DeleteStep::Wait) co_return Deletion(current, false);
  if (request.dry_run == DryRun::All) {
    if (plan.step == DeleteStep::Remove) co_return Deletion(current, true);
    co_return Deletion(pretended(*ref.resource, *current, plan.object), false);
  }
  const std::string key = ref.key();
  const std::uint64_t version = current->meta().resource_version;
  store::Outcome<ObjectPtr> left;
  if (plan.step == DeleteStep::Remove) {
    left = co_await store.remove(key, version);
  } else {
    left = co_await store.update(key, draft_of(*ref.resource, plan.object), version);
  }
  if (!left) co_return tl::unexpected(left.error());
  co_return Deletion(*left, plan.step == DeleteStep::Remove);
}

boost::asio::awaitable<Expected<Deletion>> delete_object(Call& call, const DeleteRequest& request) {
  const StorageTimer timer(call.scope);
  const ObjectRef ref = call.ref();
  for (;;) {
    const auto current = co_await call.store().get(ref.key());
    if (!current) co_return tl::unexpected(refused(call, current.error()));
    if (auto met = check_preconditions(call, **current, request); !met) {
      co_return tl::unexpected(met.error());
    }
    ObjectPtr seen = *current;
    if (has_converter(call)) {
      auto converted = co_await convert_stored(call, seen);
      if (!converted) co_return tl::unexpected(converted.error());
      seen = *std::move(converted);
    }
    // An eviction was itself admitted.
    if (call.subresource == nullptr && admission_concerns(call, AdmissionOperation::Delete)) {
      const auto admitted = co_await admit_deletion(call, *seen, request);
      if (!admitted) co_return tl::unexpected(admitted.error());
    }
    auto deletion = co_await try_delete(call.options, ref, *current, request);
    if (deletion) {
      if (request.dry_run == DryRun::No) {
        co_await clean_up(call.options, ref, *deletion);
        co_await follow_write(call, WriteEnd::Deleted);
      }
      co_return *std::move(deletion);
    }
    if (deletion.error() != store::Refusal::Changed) {
      co_return tl::unexpected(refused(call, deletion.error()));
    }
  }
}

}  // namespace kaudit::apiserver::api
