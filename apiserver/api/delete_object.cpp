#include "apiserver/api/delete_object.hpp"

#include <string>

#include "apiserver/api/delete_plan.hpp"
#include "apiserver/api/namespaces.hpp"
#include "apiserver/api/status_errors.hpp"
#include "apiserver/api/storage_timer.hpp"

namespace kaudit::apiserver::api {
namespace {

using objects::Json;
using objects::ObjectPtr;
using Outcome = store::Outcome<Deletion>;

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

// A Pod on a Node that exists has somebody who ends it. Where there is no such Node a real cluster
// removes its Pods too (the pod garbage collector), only later.
boost::asio::awaitable<Kubelet> kubelet_of(Call& call, const Json& object) {
  if (call.resource.name != "pods") co_return Kubelet::Absent;
  const Json* spec = object.find("spec");
  const std::string_view node = spec ? spec->text("nodeName") : "";
  if (node.empty()) co_return Kubelet::Absent;
  const auto found = co_await call.store().get("v1/nodes/" + std::string(node));
  co_return found ? Kubelet::Present : Kubelet::Absent;
}

bool held_by_others(const Json& object) {
  const Json* finalizers = object.find("metadata")->find("finalizers");
  if (finalizers == nullptr) return false;
  for (const Json& finalizer : *finalizers->array()) {
    if (*finalizer.string() != kOrphanFinalizer && *finalizer.string() != kForegroundFinalizer) {
      return true;
    }
  }
  return false;
}

// What is held by nothing but a deletion policy goes right after: its dependents are the garbage
// collector's work, and there is none here that would come back for it.
boost::asio::awaitable<void> go_on(Call& call, const ObjectPtr& marked, const Json& tree) {
  if (held_by_others(tree)) co_return;
  const Json* grace = tree.find("metadata")->find("deletionGracePeriodSeconds");
  if (grace != nullptr && grace->number()->text != "0") co_return;
  if (call.resource.name == "namespaces") co_await empty_namespace(call.store(), call.name);
  co_await call.store().remove(call.key(call.name), marked->meta().resource_version);
}

ObjectPtr pretended(const objects::Object& current, const Json& wanted) {
  return store::Draft(wanted).seal(current.meta().resource_version);
}

boost::asio::awaitable<Outcome> carry_out(Call& call, const ObjectPtr& current,
                                          const DeletePlan& plan, DryRun dry_run) {
  const std::string key = call.key(call.name);
  const std::uint64_t version = current->meta().resource_version;
  if (plan.step == DeleteStep::Wait) co_return Deletion(current, false);
  if (dry_run == DryRun::All) {
    if (plan.step == DeleteStep::Remove) co_return Deletion(current, true);
    co_return Deletion(pretended(*current, plan.object), false);
  }
  if (plan.step == DeleteStep::Remove) {
    const auto removed = co_await call.store().remove(key, version);
    if (!removed) co_return tl::unexpected(removed.error());
    co_return Deletion(*removed, true);
  }
  const auto marked = co_await call.store().update(key, store::Draft(plan.object), version);
  if (!marked) co_return tl::unexpected(marked.error());
  co_await go_on(call, *marked, plan.object);
  co_return Deletion(*marked, false);
}

}  // namespace

boost::asio::awaitable<Expected<Deletion>> delete_object(Call& call, const DeleteRequest& request) {
  const StorageTimer timer(call.scope);
  for (;;) {
    const auto current = co_await call.store().get(call.key(call.name));
    if (!current) co_return tl::unexpected(refused(call, current.error()));
    if (auto met = check_preconditions(call, **current, request); !met) {
      co_return tl::unexpected(met.error());
    }
    Json tree = (*current)->tree();
    const Kubelet kubelet = co_await kubelet_of(call, tree);
    const DeletePlan plan = plan_delete(call.resource, std::move(tree), request, kubelet);
    Outcome deletion = co_await carry_out(call, *current, plan, request.dry_run);
    if (deletion) co_return *std::move(deletion);
    if (deletion.error() != store::Refusal::Changed) {
      co_return tl::unexpected(refused(call, deletion.error()));
    }
  }
}

}  // namespace kaudit::apiserver::api
