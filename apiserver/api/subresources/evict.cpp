#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "apiserver/api/admit/admission.hpp"
#include "apiserver/api/delete/delete_object.hpp"
#include "apiserver/api/delete/delete_options.hpp"
#include "apiserver/api/status_errors.hpp"
#include "apiserver/api/subresources/disruption_budgets.hpp"
#include "apiserver/api/subresources/done.hpp"
#include "apiserver/api/subresources/pod_conditions.hpp"
#include "apiserver/api/subresources/subresource_operations.hpp"
#include "apiserver/api/write/written_object.hpp"
#include "apiserver/objects/codec/codec.hpp"

namespace kaudit::apiserver::api {
namespace {

using boost::asio::awaitable;
using objects::Json;
using objects::ObjectPtr;

// How often it begins again because somebody else changed the Pod or the budget.
constexpr int kEvictAttempts = 20;

Expected<DeleteRequest> request_of(const WrittenObject& eviction) {
  const Json* options = eviction.object.find("deleteOptions");
  auto request = options != nullptr && options->object() ? delete_request(*options)
                                                         : Expected<DeleteRequest>(DeleteRequest());
  if (request && eviction.options.dry_run == DryRun::All) request->dry_run = DryRun::All;
  return request;
}

// A Pod that has ended, has not begun, or goes already, disrupts nothing.
bool needs_no_budget(const Json& pod) {
  const Json* status = pod.find("status");
  const std::string_view phase = status ? status->text("phase") : "";
  return phase == "Succeeded" || phase == "Failed" || phase == "Pending" ||
         pod.find("metadata")->find("deletionTimestamp") != nullptr;
}

bool is_pending(const Json& pod) {
  const Json* status = pod.find("status");
  return status != nullptr && status->text("phase") == "Pending" &&
         pod.find("metadata")->find("deletionTimestamp") == nullptr;
}

// Says on the Pod why it goes, and deletes it.
awaitable<Expected<void>> delete_evicted(Call& call, const ObjectPtr& pod, DeleteRequest request) {
  if (auto met = check_preconditions(call, *pod, request); !met) co_return met;
  if (request.dry_run == DryRun::No) {
    Json tree = pod->tree();
    set_pod_condition(tree,
                      {"DisruptionTarget", "EvictionByEvictionAPI", "Eviction API: evicting"});
    const Json marked = objects::canonical_object(call.type(), tree).value();
    const auto stored = co_await call.store().update(call.key(call.name), store::Draft(marked),
                                                     pod->meta().resource_version);
    if (!stored) co_return tl::unexpected(refused(call, stored.error()));
    if (request.resource_version) {
      request.resource_version = std::to_string((*stored)->meta().resource_version);
    }
  }
  const auto deletion = co_await delete_object(call, request);
  if (!deletion) co_return tl::unexpected(deletion.error());
  co_return Expected<void>();
}

// Two budgets for one Pod are more than a real server copes with. It says so in a Status that is
// a failure, with the code of a success.
Reply too_many_budgets() {
  return Reply{201, RawJson::trusted(
                        R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",)"
                        R"("message":"This pod has more than one PodDisruptionBudget, which the )"
                        R"(eviction subresource does not support.","code":500})")};
}

awaitable<Expected<Reply>> try_to_evict(Call& call, const DeleteRequest& asked) {
  const auto found = co_await call.store().get(call.key(call.name));
  if (!found) co_return tl::unexpected(refused(call, found.error()));
  const ObjectPtr& pod = *found;
  const Json tree = pod->tree();
  DeleteRequest request = asked;
  if (needs_no_budget(tree)) {
    // It must not become ready meanwhile.
    if (is_pending(tree) && !request.resource_version) {
      request.resource_version = std::to_string(pod->meta().resource_version);
    }
    const auto done = co_await delete_evicted(call, pod, request);
    if (!done) co_return tl::unexpected(done.error());
    co_return tl::unexpected(created_nothing());
  }
  const auto budgets = co_await budgets_of(call, *pod);
  if (!budgets) co_return tl::unexpected(budgets.error());
  if (budgets->size() > 1) co_return too_many_budgets();
  bool unready = false;
  if (!budgets->empty()) {
    const ObjectPtr& budget = budgets->front();
    unready = !is_ready_pod(tree) && spares_unready(budget->tree());
    if (!unready) {
      const auto used = co_await use_budget(call, budget, pod->meta().name, request.dry_run);
      if (!used) co_return tl::unexpected(used.error());
    }
  }
  if (unready) request.resource_version = std::to_string(pod->meta().resource_version);
  const auto done = co_await delete_evicted(call, pod, request);
  if (done) co_return tl::unexpected(created_nothing());
  if (unready && done.error().code == 409 && !asked.resource_version) {
    co_return tl::unexpected(budget_in_work(budgets->front()->meta().name));
  }
  co_return tl::unexpected(done.error());
}

}  // namespace

Handled evict(Call& call) {
  const objects::TypeMeta type{"policy/v1", "Eviction"};
  const objects::TypeMeta older{"policy/v1beta1", "Eviction"};
  auto written = co_await read_object_of(call, type, "CreateOptions", older);
  if (!written) co_return tl::unexpected(written.error());
  AdmissionRequest admission(call, AdmissionOperation::Create, type);
  admission.object = &written->object;
  admission.dry_run = written->options.dry_run;
  const auto admitted = co_await admit(admission);
  if (!admitted) co_return tl::unexpected(admitted.error());
  if (written->object.find("metadata")->text("name") != call.name) {
    co_return tl::unexpected(bad_request("name in URL does not match name in Eviction object"));
  }
  const auto request = request_of(*written);
  if (!request) co_return tl::unexpected(request.error());
  Expected<Reply> reply = tl::unexpected(audit::Status());
  for (int attempt = 0; attempt < kEvictAttempts; ++attempt) {
    reply = co_await try_to_evict(call, *request);
    if (reply || reply.error().code != 409 || request->resource_version || request->uid) break;
  }
  co_return reply;
}

}  // namespace kaudit::apiserver::api
